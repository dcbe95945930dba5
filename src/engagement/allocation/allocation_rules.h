// How many of those who wait for a SKU are invited now (design 5, Allocation): everyone, or as many
// as the units suffice for; at once or in waves. Pure. Whose turn it is say the classes
// (class_rules.h): whoever it is is decided on first and never passed over for somebody who wants
// less.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"
#include "engagement/allocation/class_rules.h"
#include "engagement/allocation/wave_interval.h"

namespace stockbell::engagement {

enum class AllocationRule {
  everyone,  // whoever waits
  units,     // units x factor, less the units of the invitations that are still open
};

struct AllocationPolicy {
  AllocationRule rule = AllocationRule::everyone;
  std::int64_t factor_percent = 100;    // 1 to 10,000
  std::int64_t wave_size = 0;           // requests; 0: as many as the rule gives
  Duration wave_interval{0};            // from one wave of a restock to its next
  bool interval_by_conversion = false;  // wave_interval is what it begins with
  // How long an invitation that was sent and not answered counts as open.
  Duration invitation_window = std::chrono::hours(24);
  std::vector<RequestClass> classes = {};  // in their order; everybody else is standard

  // Whether waves are decided and recorded at all: not where everyone is invited at once.
  bool in_waves() const { return rule != AllocationRule::everyone || wave_size > 0; }
  // Requests in one wave at most. A wave is one transaction; without a size, it and the next ones
  // follow each other at once.
  std::size_t largest_wave() const {
    return wave_size > 0 ? static_cast<std::size_t>(wave_size) : std::size_t{1000};
  }
};

struct LastWave {
  Time decided_at{};
  std::int64_t invited = 0;
};

// When the next wave of the same restock may be decided at the earliest; `interval`: the policy's,
// or what was measured makes of it.
Time next_wave_at(const AllocationPolicy& policy, const LastWave& last, Duration interval);
inline Time next_wave_at(const AllocationPolicy& policy, const LastWave& last) {
  return next_wave_at(policy, last, policy.wave_interval);
}

// Units that may be invited for at a time, those of open invitations included. At least one: an
// item that can be bought is worth an invitation, also where its units are not told.
std::int64_t allowance(const AllocationPolicy& policy, std::int64_t units);

struct WaveDecision {
  std::vector<std::size_t>
      invited;                     // the queue of each, in the order in which they got their place
  std::int64_t invited_units = 0;  // what they count for
  struct OfClass {
    std::int64_t invited = 0;
    std::int64_t credit = 0;  // for the next wave of the SKU
    bool operator==(const OfClass&) const = default;
  };
  std::vector<OfClass> classes;  // of each queue
  bool operator==(const WaveDecision&) const = default;
};

// What the request at the head of the queue counts for. Nobody counts for more than there is, or
// who wants more than the allowance would stand in everybody's way for ever.
std::int64_t counted_units(const AllocationPolicy& policy, std::int64_t units, std::int64_t wanted);

// `queues`: of each class those who wait longest, most_to_read() of them if so many wait.
WaveDecision decide_wave(const AllocationPolicy& policy, std::int64_t units,
                         std::int64_t open_units, std::span<const ClassQueue> queues);
std::size_t most_to_read(const AllocationPolicy& policy, std::int64_t units);

// 150 is "1.5".
std::string factor_text(std::int64_t factor_percent);

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::AllocationRule> =
    std::to_array<stockbell::EnumText<stockbell::engagement::AllocationRule>>({
        {stockbell::engagement::AllocationRule::everyone, "everyone"},
        {stockbell::engagement::AllocationRule::units, "units"},
    });
