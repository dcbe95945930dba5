// Sends notices (step 12) over the same channel as the messages of a restock, and before them: a
// person waits for a confirmation. What was leased but not recorded when a process died is sent
// again with the same Message-ID. send_batch() may run on several threads; everything is
// thread-safe.
#pragma once
#include <mutex>
#include <vector>

#include "engagement/messages/notice_renderer.h"
#include "engagement/messages/suppression_list.h"

namespace stockbell::engagement {

class NoticeSender {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    IdGenerator& ids;
    Random& random;
    MessageChannel& channel;
    const NoticeRenderer& renderer;
    const SuppressionList& suppressions;
  };
  explicit NoticeSender(Parts parts) : parts_(std::move(parts)) {}

  Result<> recover();  // at start, before any batch
  // Returns how many were leased: 0 means nothing is due.
  Result<std::size_t> send_batch(int limit = 50);
  Result<std::optional<Time>> next_due();

 private:
  struct Batch {
    std::vector<LeasedNotice> notices;
    NoticeRenderer::Items items;
  };
  Result<Batch> lease(int limit);
  bool still_wanted(const LeasedNotice& notice);
  void record(std::vector<DeliveryOutcome> outcomes);
  Result<> record_all(const std::vector<DeliveryOutcome>& outcomes);
  Result<> record_leftovers();

  Parts parts_;
  NoticeStore notices_;
  CatalogStore catalog_;
  std::mutex mutex_;
  std::vector<DeliveryOutcome> unrecorded_;  // the store was away
};

}  // namespace stockbell::engagement
