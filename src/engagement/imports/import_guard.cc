#include "engagement/imports/import_guard.h"

#include <fmt/format.h>

namespace stockbell::engagement {
namespace {

// part > percent % of whole
bool exceeds(std::int64_t part, std::int64_t whole, std::int64_t percent) {
  return static_cast<double>(part) * 100 >
         static_cast<double>(whole) * static_cast<double>(percent);
}

bool is_full(const GuardNumbers& numbers) { return !numbers.manifest || numbers.manifest->full; }

}  // namespace

std::vector<std::string> judge(const GuardLimits& limits, const GuardNumbers& n) {
  std::vector<std::string> reasons;
  if (n.manifest && n.manifest->bytes != n.bytes)
    reasons.push_back(
        fmt::format("the file has {} bytes, its manifest says {}", n.bytes, n.manifest->bytes));
  else if (n.manifest && n.manifest->sha256 != n.sha256)
    reasons.push_back("the file's SHA-256 is not the one in its manifest");
  if (n.manifest && n.manifest->built_at && n.built_before &&
      *n.manifest->built_at < *n.built_before)
    reasons.push_back(fmt::format("it was built at {}, and a feed built at {} has been applied",
                                  to_rfc3339(*n.manifest->built_at), to_rfc3339(*n.built_before)));
  if (limits.fewer_rows_percent > 0 && is_full(n) && n.rows_before &&
      *n.rows_before >= kGuardedSkus &&
      exceeds(*n.rows_before - n.rows, *n.rows_before, limits.fewer_rows_percent))
    reasons.push_back(fmt::format("it has {} rows, the last one had {}; more than {} % fewer",
                                  n.rows, *n.rows_before, limits.fewer_rows_percent));
  if (limits.transitions_percent > 0 && n.known >= kGuardedSkus &&
      n.opened + n.closed >= kGuardedSkus &&
      exceeds(n.opened + n.closed, n.known, limits.transitions_percent))
    reasons.push_back(
        fmt::format("{} items would come back and {} sell out, of {} known; more than {} %",
                    n.opened, n.closed, n.known, limits.transitions_percent));
  if (limits.people > 0 && n.people > limits.people)
    reasons.push_back(fmt::format("{} people wait for what would come back; more than {}", n.people,
                                  limits.people));
  return reasons;
}

}  // namespace stockbell::engagement
