// Runs of the feed job, and all items with their stock for the writer. Used by FeedService.
// Stateless. Step 9.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "commerce/catalog/types.h"
#include "commerce/feed/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::feed_store {

std::span<const db::Migration> migrations();
Result<> put(db::Session& session, const FeedRun& run);
Result<std::vector<FeedRun>> list(db::Session& session, int limit);  // newest first
Result<std::optional<FeedRun>> find(db::Session& session, std::int64_t id);
// Every item in order of its SKU, streamed.
Result<> for_each_item(db::Session& session, const std::function<Result<>(const Item&)>& each);

}  // namespace stockbell::commerce::feed_store
