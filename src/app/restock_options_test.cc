#include "app/restock_options.h"

#include <gmock/gmock.h>

namespace stockbell::app {
namespace {

using ::testing::HasSubstr;

config::Config with_tables(const std::string& tables) {
  config::Config config;
  config.engagement_restock_minimum_quantity = 5;
  config.engagement_restock_cool_down_seconds = 60;
  config.engagement_restock_rules = tables;
  return config;
}

std::string wrong(const std::string& tables) {
  const auto rules = read_restock_rules(with_tables(tables));
  return rules ? "accepted" : rules.error().message;
}

TEST(RestockOptions, WhatATableLeavesOutIsAsForTheOthers) {
  const auto rules = read_restock_rules(
      with_tables(R"([{"skus": ["SHOE-*", "HAT"], "minimum_quantity": 0, "hold_seconds": 900}])"));
  ASSERT_TRUE(rules) << rules.error().message;
  const auto& shoe = rules->rule_for("SHOE-1");
  EXPECT_EQ(shoe.minimum_quantity, 0);
  EXPECT_EQ(shoe.must_hold, std::chrono::minutes(15));
  EXPECT_EQ(shoe.cool_down, std::chrono::minutes(1));
  EXPECT_EQ(rules->rule_for("COAT").minimum_quantity, 5);
  EXPECT_EQ(rules->rule_for("COAT").must_hold, Duration(0));
  EXPECT_TRUE(read_restock_rules(with_tables("")));
  EXPECT_FALSE(read_restock_rules(config::Config())->asks());
}

TEST(RestockOptions, SayWhichTableIsWrongAndWhatWouldBeRight) {
  EXPECT_THAT(wrong(R"([{"skus": ["A"]}, {"minimum_quantity": 2}])"),
              HasSubstr("engagement.restock_rules[1].skus names the SKUs"));
  EXPECT_THAT(wrong(R"([{"skus": ["A*B"]}])"),
              HasSubstr("engagement.restock_rules[0].skus[0]: must be a SKU"));
  EXPECT_THAT(wrong(R"([{"skus": [""]}])"), HasSubstr("must be a SKU"));
  EXPECT_THAT(wrong(R"([{"skus": ["A"], "cooldown": 3}])"),
              HasSubstr("restock_rules[0].cooldown is not known here; known are skus"));
  EXPECT_THAT(wrong(R"([{"skus": ["A"], "hold_seconds": "3"}])"), HasSubstr("hold_seconds"));
  EXPECT_THAT(wrong(R"([3])"), HasSubstr("engagement.restock_rules[0]"));
}

}  // namespace
}  // namespace stockbell::app
