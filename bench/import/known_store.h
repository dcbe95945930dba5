// Engagement's embedded store as it is before the feed arrives, filled by SQL: catalog and
// availability of the feed from before, read by Engagement's own reader, so that its hashes are the
// importer's; then the open requests with their contacts. Used by import_bench. One thread.
#pragma once
#include <filesystem>

#include "import/feed_data.h"

namespace stockbell::bench {

// `folder`/engagement.db is there and migrated.
void load_catalog(const std::filesystem::path& folder, const std::filesystem::path& feed_before);
void load_requests(const std::filesystem::path& folder, const FeedData& data);

}  // namespace stockbell::bench
