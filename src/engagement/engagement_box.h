// The Engagement box: synchronised extensions in (arrow 7), stock in (feeds and live events),
// messages out, status updates out (arrow 14), and the addresses that messages carry. Owns its
// threads: an importer, an audience worker, senders. Thread-safe after start().
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "contracts/change_feed.h"
#include "contracts/message_channel.h"
#include "contracts/personal_data.h"
#include "contracts/request_explanation.h"
#include "contracts/status_update.h"
#include "contracts/stock_events.h"
#include "engagement/allocation/allocation_rules.h"
#include "engagement/imports/import_guard.h"
#include "engagement/restocks/restock_rules.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

struct Repaired;  // restock_sweep.h

struct EngagementOptions {
  std::string public_url;          // "https://shop.example"
  std::string from;                // "Shop <shop@example.com>"
  std::string list_id;             // "" : back-in-stock.<domain of from>
  std::string shop_name;           // in messages and on the unsubscribe page
  std::filesystem::path key_file;  // signing key of links; created when missing
  std::filesystem::path
      feed_dir;  // where feeds are worked on and archived; same file system as the SFTP folder;
                 // "": the folder feeds beside the key's folder
  std::function<std::optional<std::string_view>(std::string_view)>
      assets;  // "messages/…", "pages/…" (web/)
  int sender_threads = 2;
  // How long a request may stay unconfirmed; until it expires (zero: never); how long before that
  // the shopper is asked whether it is still wanted (zero: not at all).
  Duration confirm_within = std::chrono::hours(48);
  Duration expire_after = std::chrono::hours(24 * 180);
  Duration remind_before = std::chrono::hours(24 * 14);
  GuardLimits guard = {};                  // when a feed is held
  RestockRules restocks = RestockRules();  // which items that are back ring, and when
  std::size_t write_down_from =
      2000;  // rows about stock: a feed with fewer is not written down first
  AllocationPolicy allocation = {};  // who is invited at a restock, and when
  // Under which name a claim stands in the address that a message leads to; "": none does.
  std::string claim_parameter = {};
  // Connect runs elsewhere and writes the synchronised data extensions by REST; else nobody may.
  bool takes_synchronised_rows = true;
  // Whose a token is that stands in a SOAP envelope; without it SOAP is closed.
  std::function<Result<http::Principal>(const std::string& token)> token_holder{};
};

class EngagementBox final : public SynchronizedExtensions,
                            public StockEvents,
                            public StatusUpdateSource {
 public:
  static std::span<const db::Migration> migrations();
  // On a migrated store: loads templates, key and memory. Errors name what is missing.
  static Result<std::unique_ptr<EngagementBox>> create(db::Database& database, const Clock& clock,
                                                       Random& random, EngagementOptions options,
                                                       MessageChannel& channel);
  ~EngagementBox() override;

  Result<> start();
  void stop();  // finishes what is in hand
  void add_routes(http::Router& router);

  // A finished file in an Import folder: takes it and imports it soon, in order of arrival.
  Result<ImportId> import_file(const std::filesystem::path& file);
  // The same for whoever cannot do anything about an error: it is logged, and the file is tried
  // again.
  void file_arrived(const std::filesystem::path& file);

  Result<> apply(const ChangeBatch& batch) override;
  Result<> observe(const std::vector<StockObservation>& observations) override;
  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override;
  Result<> discard_through(std::int64_t sequence) override;
  void on_update(std::function<void()> wake) override;

  PersonalData& personal_data();
  RequestExplanations& explanations();

  // Does everything that is due, on this thread: for tests and simulations that never start().
  Result<> run_due();
  // One round of the sweep that mends what missed events leave behind; the box does it by itself,
  // too.
  Result<Repaired> repair();

 private:
  struct Parts;
  explicit EngagementBox(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace stockbell::engagement
