#include "commerce/protection/debts.h"

#include <gtest/gtest.h>

#include <thread>

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_ms(1'800'000'000'000);

TEST(Debts, GrantsAPeriodsWorthAtOnceAndThenTheRate) {
  Debts debts(64);
  const Allowance three{3, 30s};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(debts.take(7, three, kNow), 0ms);
  EXPECT_EQ(debts.take(7, three, kNow), 10s);
  EXPECT_FALSE(debts.may_take(7, three, kNow));
  EXPECT_EQ(debts.take(8, three, kNow), 0ms);  // another asker
  EXPECT_TRUE(debts.may_take(7, three, kNow + 10s));
  EXPECT_EQ(debts.take(7, three, kNow + 10s), 0ms);
  EXPECT_GT(debts.take(7, three, kNow + 10s), 0ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(debts.take(7, three, kNow + 1h), 0ms);  // never more
  EXPECT_GT(debts.take(7, three, kNow + 1h), 0ms);
}

TEST(Debts, WithoutALimitNothingIsCounted) {
  Debts debts(64);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(debts.take(7, {0, 1min}, kNow), 0ms);
  EXPECT_EQ(debts.debt(7, kNow), Debt(0));
}

TEST(Debts, CountsRatesBeyondAThousandASecond) {
  Debts debts(64);
  int granted = 0;
  for (int i = 0; i < 200'000; ++i) granted += debts.take(1, {600'000, 1min}, kNow) == 0ms;
  EXPECT_EQ(granted, 200'000);
  EXPECT_EQ(debts.debt(1, kNow), 20s);
}

TEST(Debts, AddsAndForgivesWithinBounds) {
  Debts debts(64);
  debts.add(3, 10min, 15min, kNow);
  debts.add(3, 10min, 15min, kNow);
  EXPECT_EQ(debts.debt(3, kNow), 15min);
  debts.add(3, -5min, 15min, kNow);
  EXPECT_EQ(debts.debt(3, kNow), 10min);
  EXPECT_EQ(debts.debt(3, kNow + 4min), 6min);
  debts.add(3, -1h, 15min, kNow);
  EXPECT_EQ(debts.debt(3, kNow), 0s);
}

TEST(Debts, AClockSetBackLocksNobodyOutForLongerThanAPeriod) {
  Debts debts(64);
  const Allowance three{3, 30s};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(debts.take(7, three, kNow), 0ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(debts.take(8, three, kNow), 0ms);
  debts.add(9, 1h, 1h, kNow);
  const auto back = kNow - 24h;
  EXPECT_EQ(debts.take(7, three, back), 10s);
  EXPECT_EQ(debts.take(7, three, back + 10s), 0ms);
  EXPECT_FALSE(debts.may_take(8, three, back));
  EXPECT_TRUE(debts.may_take(8, three, back + 10s));
  debts.add(9, Debt(0), 1h, back);
  EXPECT_EQ(debts.debt(9, back), 1h);
}

TEST(Debts, AFloodOfNewAskersDoesNotClearABadOne) {
  Debts debts(1024);
  const std::uint64_t bad = 5;
  debts.add(bad, 2h, 2h, kNow);
  for (std::uint64_t asker = 1000; asker < 200'000; ++asker) debts.take(asker, {5, 10min}, kNow);
  EXPECT_EQ(debts.debt(bad, kNow), 2h);
  EXPECT_EQ(debts.bytes(), 1024u * 16);
}

TEST(Debts, CountsEveryoneOnceFromManyThreads) {
  Debts debts(64);
  std::atomic<int> granted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) granted += debts.take(9, {500, 1h}, kNow) == 0ms;
      });
  }
  EXPECT_EQ(granted, 500);
}

}  // namespace
}  // namespace stockbell::commerce
