#include "commerce/inventory/turnover_ledger.h"

#include <gtest/gtest.h>

#include "commerce/inventory/stock_change.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

const Time kStart = ManualClock().now();

class TurnoverLedger : public ::testing::Test {
 protected:
  TurnoverLedger() { record.sku = "A"; }
  void take(const StockChange& change, Time now) { record = changed_record(change, &record, now); }
  // An export: the allocation, when it was true, and what was sold since.
  void exported(std::int64_t allocation, Time at, std::int64_t turnover, Time now) {
    StockChange change;
    change.sku = "A";
    change.allocation = allocation;
    change.allocated_at = at;
    change.turnover = turnover;
    take(change, now);
  }
  void sold(std::int64_t turnover, Time now) {
    StockChange change;
    change.sku = "A";
    change.turnover = turnover;
    take(change, now);
  }
  // What turnover would be after an allocation of this time.
  std::int64_t after(std::optional<Time> at, Time now) const {
    StockChange change;
    change.sku = "A";
    change.allocation = 100;
    change.allocated_at = at;
    return changed_record(change, &record, now).turnover;
  }

  StockRecord record;
};

TEST_F(TurnoverLedger, ANewAllocationCountsWhatWasSoldAfterIt) {
  exported(100, kStart, 3, kStart + 1h);
  exported(100, kStart, 5, kStart + 2h);
  exported(100, kStart, 9, kStart + 3h);
  EXPECT_EQ(record.turnover, 9);
  const auto now = kStart + 4h;
  EXPECT_EQ(after(kStart + 30min, now), 9);
  EXPECT_EQ(after(kStart + 1h, now), 6);  // what was sold by then is in it
  EXPECT_EQ(after(kStart + 90min, now), 6);
  EXPECT_EQ(after(kStart + 150min, now), 4);
  EXPECT_EQ(after(kStart + 3h, now), 0);
  EXPECT_EQ(after({}, now), 0);
  EXPECT_EQ(after(now + 1h, now), 0);
}

TEST_F(TurnoverLedger, TheKnownAllocationStatedOnceMoreKeepsWhatWasSold) {
  exported(100, kStart, -2, kStart + 1h);  // returns
  EXPECT_EQ(after(kStart, kStart + 2h), -2);
  exported(100, kStart, 3, kStart + 2h);
  EXPECT_EQ(after(kStart, kStart + 3h), 3);
  const auto before = record;
  exported(100, kStart, 3, kStart + 4h);
  EXPECT_EQ(record, before);
}

TEST_F(TurnoverLedger, TurnoverStatedWithANewAllocationIsTheTruth) {
  exported(100, kStart, 5, kStart + 1h);
  exported(90, kStart + 30min, 2, kStart + 2h);  // three of the five were before it
  EXPECT_EQ(record.turnover, 2);
  EXPECT_EQ(after(kStart + 40min, kStart + 3h), 2);
  exported(90, kStart + 40min, 6, kStart + 3h);
  EXPECT_EQ(record.turnover, 6);
  EXPECT_EQ(after(kStart + 2h, kStart + 3h), 4);
}

// Units that came back, and when, are nobody's guess: only those that are surely there are sold.
TEST_F(TurnoverLedger, ReturnsTakeFromTheOldestAndNeverCountForALaterAllocation) {
  exported(100, kStart, 5, kStart + 1h);
  sold(9, kStart + 2h);
  sold(3, kStart + 3h);
  EXPECT_EQ(record.turnover, 3);
  EXPECT_EQ(after(kStart + 90min, kStart + 4h), 3);
  EXPECT_EQ(after(kStart + 150min, kStart + 4h), 0);
  sold(-4, kStart + 4h);
  EXPECT_EQ(record.turnover, -4);
  EXPECT_TRUE(record.turnover_entries.empty());
  EXPECT_EQ(after(kStart + 210min, kStart + 5h), 0);
}

TEST_F(TurnoverLedger, AFileThatStatesNoTimeLeavesNothingToCount) {
  StockChange change;
  change.sku = "A";
  change.allocation = 10;
  change.turnover = 4;
  take(change, kStart);
  EXPECT_EQ(record.turnover, 4);
  EXPECT_TRUE(record.turnover_entries.empty());
}

TEST_F(TurnoverLedger, AReplacedRecordKeepsWhatWasSold) {
  exported(100, kStart, 5, kStart + 1h);
  StockChange change;
  change.sku = "A";
  change.whole = true;
  change.allocation = 50;
  change.allocated_at = kStart + 30min;
  take(change, kStart + 2h);
  EXPECT_EQ(record.turnover, 5);
}

// An export every minute for four days, a unit sold in each.
TEST_F(TurnoverLedger, StaysSmallAndNeverCountsTooFewSales) {
  exported(1'000'000, kStart, 0, kStart);
  const auto minutes = 4 * 24 * 60;
  for (int minute = 1; minute <= minutes; ++minute) sold(minute, kStart + minute * 1min);
  const auto now = kStart + minutes * 1min;
  EXPECT_LE(record.turnover_entries.size(), kMostTurnoverEntries);
  EXPECT_EQ(record.turnover, minutes);
  for (int hours = 0; hours < 48; ++hours) {
    const auto truth = hours * 60, counted = static_cast<int>(after(now - hours * 1h, now));
    EXPECT_GE(counted, truth) << hours;
    EXPECT_LE(counted, truth + 120) << hours;  // two hours of sales at most too many
  }
}

}  // namespace
}  // namespace stockbell::commerce
