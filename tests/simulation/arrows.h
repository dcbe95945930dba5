// The arrows between the boxes, each with the port's own interface on both sides: they carry, fail,
// lose answers and let the witness see. Step 3, 6, 7, 9 and what goes beside it, 14.
#pragma once
#include "contracts/change_feed.h"
#include "contracts/feed_upload.h"
#include "contracts/notification_intake.h"
#include "contracts/status_update.h"
#include "contracts/stock_events.h"
#include "simulation/trouble.h"
#include "simulation/witness.h"

namespace stockbell::simulation {

class IntakeArrow final : public NotificationIntake {
 public:
  IntakeArrow(Trouble& trouble, NotificationIntake& crm) : trouble_(trouble), crm_(crm) {}
  Result<IntakeReceipt> submit(const NotificationRequest& request) override;
  std::vector<Result<IntakeReceipt>> submit_all(
      std::span<const NotificationRequest> requests) override;

 private:
  Trouble& trouble_;
  NotificationIntake& crm_;
};

class StockArrow final : public StockEvents {
 public:
  StockArrow(Trouble& trouble, Witness& witness, StockEvents& engagement)
      : trouble_(trouble), witness_(witness), engagement_(engagement) {}
  Result<> observe(const std::vector<StockObservation>& observations) override;

 private:
  Trouble& trouble_;
  Witness& witness_;
  StockEvents& engagement_;
};

// Arrows 6 and 7.
class ChangesArrow final : public ChangeFeed, public SynchronizedExtensions {
 public:
  ChangesArrow(Trouble& trouble, Witness& witness, ChangeFeed& crm,
               SynchronizedExtensions& engagement)
      : trouble_(trouble), witness_(witness), crm_(crm), engagement_(engagement) {}
  Result<ChangeBatch> changes_after(const std::string& cursor, int limit) override;
  void on_change(std::function<void()> wake) override { crm_.on_change(std::move(wake)); }
  Result<> apply(const ChangeBatch& batch) override;

 private:
  Trouble& trouble_;
  Witness& witness_;
  ChangeFeed& crm_;
  SynchronizedExtensions& engagement_;
  int batches_ = 0;
};

// Arrow 14.
class StatusArrow final : public StatusUpdateSource, public StatusUpdateSink {
 public:
  StatusArrow(Trouble& trouble, StatusUpdateSource& engagement, StatusUpdateSink& crm)
      : trouble_(trouble), engagement_(engagement), crm_(crm) {}
  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override;
  Result<> discard_through(std::int64_t sequence) override;
  void on_update(std::function<void()> wake) override { engagement_.on_update(std::move(wake)); }
  Result<> apply(const std::vector<StatusUpdate>& updates) override;

 private:
  Trouble& trouble_;
  StatusUpdateSource& engagement_;
  StatusUpdateSink& crm_;
};

// Arrow 9: the folder of Engagement's SFTP account, without SFTP. What lies there outlives the
// process; `arrived` is called for each file that is whole. Keeps a copy of each feed, so that an
// old one can come again.
class DropArrow final : public FeedUpload {
 public:
  using Arrived = std::function<void(const std::filesystem::path&)>;
  DropArrow(Trouble& trouble, Witness& witness, std::filesystem::path folder)
      : trouble_(trouble), witness_(witness), folder_(std::move(folder)) {}

  void on_arrival(Arrived arrived) { arrived_ = std::move(arrived); }
  Result<> upload(const std::filesystem::path& file, const std::string& name) override;
  void rescan();  // at start, as the SFTP server does
  const std::vector<std::string>& history() const { return history_; }  // contents, oldest first
  // Puts such a file into the folder, without a word from commerce. The witness sees `truth`: for
  // mutations, which forge the content.
  void put(const std::string& content, const std::string& name, const std::string& truth);

 private:
  Trouble& trouble_;
  Witness& witness_;
  const std::filesystem::path folder_;
  Arrived arrived_;
  std::vector<std::string> history_;
};

// What the feed says of stock, row by row.
std::vector<StockObservation> stock_of_feed(const std::string& content);
// Every InStock the other way round; every StockTime set to `at` if there is one.
std::string twisted_feed(const std::string& content, bool turn_stock, std::optional<Time> at);
// Without its last rows.
std::string truncated_feed(const std::string& content, std::size_t rows_kept);

}  // namespace stockbell::simulation
