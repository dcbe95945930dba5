// Engagement's outbox of update-object activities (arrow 14), read by Connect. Rows are appended in
// the transaction of the decision they report; sequences follow the order of commits, so that a
// reader's cursor never passes an unseen row. Thread-safe.
#pragma once
#include <mutex>
#include <vector>

#include "contracts/status_update.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

class StatusOutbox final : public StatusUpdateSource {
 public:
  explicit StatusOutbox(db::Database& database) : database_(database) {}

  // Append last in a transaction: it takes the outbox's lock. `sequence` of the updates is ignored.
  // Call announce() after the commit.
  Result<> append(db::Session& session, const std::vector<StatusUpdate>& updates);
  void announce();

  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override;
  Result<> discard_through(std::int64_t sequence) override;
  void on_update(std::function<void()> wake) override;

 private:
  db::Database& database_;
  std::mutex mutex_;
  std::vector<std::function<void()>> listeners_;
};

}  // namespace stockbell::engagement
