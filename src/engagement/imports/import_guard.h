// Whether a feed is let through (invariant 8): one that is cut off, stale, or would set more in
// motion than it should is held until somebody has looked at the numbers. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engagement/imports/feed_manifest.h"

namespace stockbell::engagement {

// 0 turns a limit off. Shares are not looked at below kGuardedSkus rows or SKUs: a small shop may
// well sell out.
struct GuardLimits {
  std::int64_t fewer_rows_percent = 50;   // than the last full feed of this name
  std::int64_t transitions_percent = 50;  // of the known SKUs that come back or sell out
  std::int64_t people = 100'000;          // that wait for what comes back
};
constexpr std::int64_t kGuardedSkus = 100;

struct GuardNumbers {
  std::int64_t rows = 0;
  std::optional<std::int64_t> rows_before = {};  // of the last full feed of this name
  std::int64_t known = 0, opened = 0, closed = 0;
  std::int64_t people = 0;
  std::int64_t bytes = 0;
  std::string sha256 = {};  // "" when there is no manifest to compare with
  std::optional<FeedManifest> manifest = {};
  std::optional<Time> built_before = {};  // of the newest feed applied that told
};

// Why it is held, a sentence each; empty: let through.
std::vector<std::string> judge(const GuardLimits& limits, const GuardNumbers& numbers);

}  // namespace stockbell::engagement
