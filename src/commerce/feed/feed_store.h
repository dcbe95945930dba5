// Runs of the feed job, and how far each target has been told. Used by FeedService. Stateless.
// Step 9.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "commerce/feed/feed_export.h"
#include "commerce/feed/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::feed_store {

std::span<const db::Migration> migrations();
Result<> put(db::Session& session, const FeedRun& run);
// Newest first, those before `before` (0: from the newest); `target` "": of all.
Result<std::vector<FeedRun>> list(db::Session& session, const std::string& target,
                                  std::int64_t before, int limit);
Result<std::optional<FeedRun>> find(db::Session& session, std::int64_t id);
// The oldest run that is waiting and would tell the same.
Result<std::optional<FeedRun>> find_waiting(db::Session& session, const std::string& target,
                                            FeedKind kind);
// Keeps the newest thousand of the target.
Result<> forget_old(db::Session& session, const std::string& target);

// What the target got last.
struct Told {
  FeedPosition position;
  std::string form;  // FeedTarget::form()
};
Result<std::optional<Told>> find_told(db::Session& session, const std::string& target);
Result<> put_told(db::Session& session, const std::string& target, const Told& told);

}  // namespace stockbell::commerce::feed_store
