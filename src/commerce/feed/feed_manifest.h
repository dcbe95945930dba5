// What stands beside a feed file, as NAME.manifest.json: rows, bytes, checksum, and which changes
// it covers (docs/feed.md). Pure. Step 9.
#pragma once
#include <string>

#include "commerce/feed/feed_targets.h"
#include "commerce/feed/types.h"

namespace stockbell::commerce {

std::string manifest_name(const std::string& file_name);
std::string manifest_json(const FeedRun& run, const FeedTarget& target, Time built_at);

}  // namespace stockbell::commerce
