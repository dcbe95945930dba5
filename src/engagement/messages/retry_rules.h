// When a message that could not be delivered is tried again, and when no more. Pure.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace stockbell::engagement {

inline constexpr Duration kGiveUpAfter = std::chrono::hours(24);

// 1, 5, 15, 30, then every 60 minutes, each up to a quarter longer by `jitter` (0-255) so that a
// whole queue does not come back at once. Empty: given up, 24 hours after the first attempt.
inline std::optional<Time> next_attempt(std::int64_t attempts, Time first_attempt, Time now,
                                        std::uint8_t jitter) {
  if (now - first_attempt >= kGiveUpAfter) return {};
  constexpr std::array<int, 5> kMinutes = {1, 5, 15, 30, 60};
  const auto place = std::clamp<std::int64_t>(attempts - 1, 0, kMinutes.size() - 1);
  const Duration wait = std::chrono::minutes(kMinutes[static_cast<std::size_t>(place)]);
  return now + wait + wait * jitter / 1024;
}

}  // namespace stockbell::engagement
