// What stands beside a feed as NAME.manifest.json (docs/feed.md): how long the file is, its
// checksum, whether it is in full, when it was built. Of the members that commerce writes only
// these are read; a feed without a manifest has none to disagree with.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::engagement {

struct FeedManifest {
  std::int64_t bytes = 0;
  std::string sha256;  // hex
  bool full = true;
  std::optional<Time> built_at = {};
};

std::filesystem::path manifest_of(const std::filesystem::path& feed);
// Errors: invalid, "manifest-invalid".
Result<FeedManifest> parse_manifest(std::string_view json);
// Empty when there is none.
Result<std::optional<FeedManifest>> read_manifest(const std::filesystem::path& feed);
// In hex. Errors: unavailable, "file-unreadable".
Result<std::string> sha256_of(const std::filesystem::path& file);

}  // namespace stockbell::engagement
