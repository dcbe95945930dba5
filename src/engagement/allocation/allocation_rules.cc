#include "engagement/allocation/allocation_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace stockbell::engagement {
namespace {
// More than any shop sells of one item; keeps units x factor within 64 bits.
constexpr std::int64_t kMostUnits = 1'000'000'000'000;
}  // namespace

Time next_wave_at(const AllocationPolicy& policy, const LastWave& last, Duration interval) {
  // Cut only because a transaction has its bounds: the rest of the same wave follows at once.
  const bool cut =
      policy.wave_size == 0 && last.invited >= static_cast<std::int64_t>(policy.largest_wave());
  return cut ? last.decided_at : last.decided_at + interval;
}

std::int64_t allowance(const AllocationPolicy& policy, std::int64_t units) {
  if (policy.rule == AllocationRule::everyone) return std::numeric_limits<std::int64_t>::max();
  const auto counted = std::clamp<std::int64_t>(units, 0, kMostUnits);
  return std::max<std::int64_t>(1, counted * policy.factor_percent / 100);
}

std::int64_t counted_units(const AllocationPolicy& policy, std::int64_t units,
                           std::int64_t wanted) {
  return std::clamp<std::int64_t>(wanted, 1, std::min(allowance(policy, units), kMostUnits));
}

WaveDecision decide_wave(const AllocationPolicy& policy, std::int64_t units,
                         std::int64_t open_units, std::span<const ClassQueue> queues) {
  WaveDecision decision;
  TurnsOfClasses turns(queues);
  auto left = allowance(policy, units) - std::max<std::int64_t>(0, open_units);
  while (decision.invited.size() < policy.largest_wave()) {
    const auto queue = turns.next();
    if (!queue) break;
    const auto counted = counted_units(policy, units, turns.first_of(*queue).wanted);
    if (counted > left) break;
    left -= counted;
    decision.invited_units += counted;
    decision.invited.push_back(*queue);
    turns.take(*queue);
  }
  for (std::size_t i = 0; i < queues.size(); ++i)
    decision.classes.push_back({static_cast<std::int64_t>(turns.taken_of(i)), turns.credit_of(i)});
  return decision;
}

std::size_t most_to_read(const AllocationPolicy& policy, std::int64_t units) {
  return static_cast<std::size_t>(std::min<std::int64_t>(
      allowance(policy, units), static_cast<std::int64_t>(policy.largest_wave())));
}

std::string factor_text(std::int64_t factor_percent) {
  auto text = fmt::format("{}.{:02}", factor_percent / 100, factor_percent % 100);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace stockbell::engagement
