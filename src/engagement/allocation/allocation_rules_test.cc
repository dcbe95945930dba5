#include "engagement/allocation/allocation_rules.h"

#include <gtest/gtest.h>

#include <vector>

namespace stockbell::engagement {
namespace {

using std::chrono::minutes;

AllocationPolicy by_units(std::int64_t factor_percent, std::int64_t wave_size = 0) {
  AllocationPolicy policy;
  policy.rule = AllocationRule::units;
  policy.factor_percent = factor_percent;
  policy.wave_size = wave_size;
  policy.wave_interval = wave_size > 0 ? Duration(minutes(10)) : Duration(0);
  return policy;
}

WaveDecision decide(const AllocationPolicy& policy, std::int64_t units, std::int64_t open,
                    const std::vector<std::int64_t>& wanted) {
  std::vector<Waiter> waiters;
  for (const auto one : wanted)
    waiters.push_back(
        {Time(Duration(waiters.size())), static_cast<std::int64_t>(waiters.size()), one});
  const ClassQueue queue{0, 0, waiters};
  return decide_wave(policy, units, open, {&queue, 1});
}

std::size_t invited(const AllocationPolicy& policy, std::int64_t units, std::int64_t open,
                    const std::vector<std::int64_t>& wanted) {
  return decide(policy, units, open, wanted).invited.size();
}

// How many, and what they count for.
using Sums = std::pair<std::size_t, std::int64_t>;
Sums sums(const AllocationPolicy& policy, std::int64_t units, std::int64_t open,
          const std::vector<std::int64_t>& wanted) {
  const auto decision = decide(policy, units, open, wanted);
  return {decision.invited.size(), decision.invited_units};
}

TEST(Allocation, NeedsNoWavesWhereEveryoneIsInvitedAtOnce) {
  AllocationPolicy policy;
  EXPECT_FALSE(policy.in_waves());
  policy.wave_size = 100;
  EXPECT_TRUE(policy.in_waves());
  EXPECT_TRUE(by_units(100).in_waves());
}

TEST(Allocation, InvitesUnitsTimesFactorLessWhatIsOpen) {
  const std::vector<std::int64_t> queue(100, 1);
  EXPECT_EQ(invited(by_units(200), 10, 0, queue), 20u);
  EXPECT_EQ(invited(by_units(200), 10, 13, queue), 7u);
  EXPECT_EQ(invited(by_units(200), 10, 20, queue), 0u);
  EXPECT_EQ(invited(by_units(200), 4, 20, queue), 0u) << "units were sold since";
  EXPECT_EQ(invited(by_units(115), 100, 0, std::vector<std::int64_t>(200, 1)), 115u);
}

TEST(Allocation, CountsTheQuantityWantedAndPassesNobodyOver) {
  EXPECT_EQ(sums(by_units(100), 10, 0, {4, 5, 3, 1}), (Sums{2, 9}));
  EXPECT_EQ(sums(by_units(100), 10, 0, {0, -3, 10}), (Sums{2, 2}))
      << "a quantity that makes no sense is one";
}

TEST(Allocation, LetsWhoWantsMoreThanThereIsTakeAllOfItInTurn) {
  EXPECT_EQ(invited(by_units(100), 10, 1, {500, 1}), 0u) << "waits for room";
  EXPECT_EQ(sums(by_units(100), 10, 0, {500, 1}), (Sums{1, 10}));
}

TEST(Allocation, InvitesOneWhereTheItemIsThereAndItsUnitsAreFew) {
  EXPECT_EQ(invited(by_units(50), 1, 0, {1, 1}), 1u);
  EXPECT_EQ(invited(by_units(200), 0, 0, {1, 1, 1}), 1u) << "units are not told";
  EXPECT_EQ(invited(by_units(50), 1, 1, {1, 1}), 0u);
}

TEST(Allocation, EndsAWaveAtItsSize) {
  const std::vector<std::int64_t> queue(30, 1);
  EXPECT_EQ(sums(by_units(200, 8), 10, 0, {queue.begin(), queue.begin() + 8}), (Sums{8, 8}));
  AllocationPolicy everyone;
  everyone.wave_size = 25;
  EXPECT_EQ(sums(everyone, 1, 1'000'000, queue), (Sums{25, 25}));
  EXPECT_EQ(sums(everyone, 1, 0, {7, 1}), (Sums{2, 8}));
}

TEST(Allocation, WaitsTheIntervalButNotWithinOneWave) {
  const Time then(std::chrono::hours(24 * 365 * 56));
  EXPECT_EQ(next_wave_at(by_units(200, 8), {then, 8}), then + minutes(10));
  auto unsized = by_units(200);
  unsized.wave_interval = minutes(10);
  EXPECT_EQ(next_wave_at(unsized, {then, 20}), then + minutes(10));
  EXPECT_EQ(next_wave_at(unsized, {then, 1000}), then);
}

TEST(Allocation, StaysWithinItsNumbersWhateverTheUnits) {
  EXPECT_EQ(allowance(by_units(10'000), std::numeric_limits<std::int64_t>::max()),
            100'000'000'000'000);
  EXPECT_EQ(allowance(by_units(100), -5), 1);
}

TEST(Allocation, WritesTheFactorAsAPersonWould) {
  EXPECT_EQ(factor_text(200), "2");
  EXPECT_EQ(factor_text(150), "1.5");
  EXPECT_EQ(factor_text(1005), "10.05");
}

}  // namespace
}  // namespace stockbell::engagement
