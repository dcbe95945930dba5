#include "engagement/restocks/restock_rules.h"

#include <gtest/gtest.h>

namespace stockbell::engagement {
namespace {

using namespace std::chrono_literals;

const Time kStart = *parse_rfc3339("2026-03-01T10:00:00Z");

ComeBack back(std::int64_t units, Duration ago = 0ms) { return {kStart - ago, units, units, {}}; }

TEST(RestockRules, AskNothingWhereNothingIsSet) {
  const RestockRules rules;
  EXPECT_FALSE(rules.asks());
  EXPECT_EQ(judge(rules.rule_for("A"), back(1), kStart), std::nullopt);
}

TEST(RestockRules, TheFirstThatNamesTheSkuCounts) {
  const RestockRules rules({5}, {{{"SHOE-*", "HAT"}, {2}}, {{"*"}, {9}}});
  EXPECT_EQ(rules.rule_for("SHOE-42").minimum_quantity, 2);
  EXPECT_EQ(rules.rule_for("HAT").minimum_quantity, 2);
  EXPECT_EQ(rules.rule_for("HAT-2").minimum_quantity, 9);
  EXPECT_TRUE(rules.asks());
  EXPECT_TRUE(RestockRules({}, {{{"A"}, {2}}}).asks());
  EXPECT_EQ(RestockRules({5}).rule_for("").minimum_quantity, 5);
}

TEST(RestockRules, FewerUnitsThanTheMinimumOpenNothing) {
  const RestockRule rule{5};
  const auto held = judge(rule, back(4), kStart);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->why, HoldReason::minimum_quantity);
  EXPECT_EQ(held->until, std::nullopt) << "time alone does not help";
  EXPECT_EQ(sentence_of(*held, 1), "back with 1 unit, the rule wants 5");
  EXPECT_EQ(judge(rule, back(5), kStart), std::nullopt);
  EXPECT_EQ(judge(rule, back(0), kStart), std::nullopt) << "in stock, units not told";
}

TEST(RestockRules, ReturnsOneByOneAreNoRestock) {
  RestockRule rule;
  rule.minimum_increase = 3;
  auto now = back(1);
  EXPECT_EQ(judge(rule, now, kStart)->why, HoldReason::minimum_increase);
  now.units = 8;  // one after the other
  EXPECT_EQ(judge(rule, now, kStart)->wanted, 3);
  now.largest = 3;
  EXPECT_EQ(judge(rule, now, kStart), std::nullopt);
}

TEST(RestockRules, AnItemMustStayInStockAndTheLastRestockMustBePast) {
  RestockRule rule;
  rule.must_hold = 15min;
  EXPECT_EQ(judge(rule, back(1), kStart), (Hold{HoldReason::must_hold, 0, kStart + 15min}));
  EXPECT_EQ(judge(rule, back(1, 14min), kStart)->until, kStart + 1min);
  EXPECT_EQ(judge(rule, back(1, 15min), kStart), std::nullopt);
  rule.cool_down = 1h;
  auto now = back(1, 15min);
  EXPECT_EQ(judge(rule, now, kStart), std::nullopt) << "there was no restock before";
  now.last_restock = kStart - 20min;
  EXPECT_EQ(judge(rule, now, kStart), (Hold{HoldReason::cool_down, 0, kStart + 40min}));
  now.last_restock = kStart - 60min;
  EXPECT_EQ(judge(rule, now, kStart), std::nullopt);
  now = back(2);  // both ask for time: the later counts
  now.last_restock = kStart - 50min;
  EXPECT_EQ(judge(rule, now, kStart)->why, HoldReason::must_hold);
  EXPECT_EQ(
      sentence_of(*judge(rule, now, kStart), 2),
      "back with 2 units, held until 2026-03-01T10:15:00.000Z: it must stay in stock till then");
}

}  // namespace
}  // namespace stockbell::engagement
