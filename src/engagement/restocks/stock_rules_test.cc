#include "engagement/restocks/stock_rules.h"

#include <gtest/gtest.h>

namespace stockbell::engagement {
namespace {

const Time kNow(std::chrono::hours(24 * 365 * 56));
const KnownStock kOut{false, 0, kNow}, kIn{true, 5, kNow};

TEST(StockDiff, OpensAndClosesOnEdgesOnly) {
  EXPECT_EQ(compare(&kOut, {"A", true, 5, kNow}), StockChange::opened);
  EXPECT_EQ(compare(&kIn, {"A", false, 0, kNow}), StockChange::closed);
  EXPECT_EQ(compare(&kIn, {"A", true, 4, kNow}), StockChange::amount);
  EXPECT_EQ(compare(&kIn, {"A", true, 5, kNow + Duration(1)}), StockChange::none);
}

TEST(StockDiff, NeverGoesBackInTime) {
  EXPECT_EQ(compare(&kIn, {"A", false, 0, kNow - Duration(1)}), StockChange::none);
}

TEST(StockDiff, TakesTheFirstWordOfASkuForNoRestock) {
  EXPECT_EQ(compare(nullptr, {"A", true, 5, kNow}), StockChange::amount);
}

}  // namespace
}  // namespace stockbell::engagement
