#include "commerce/inventory/inventory_rules.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

StockRecord record(std::optional<std::int64_t> allocation) {
  StockRecord r;
  r.sku = "A";
  r.allocation = allocation;
  return r;
}

TEST(StockLevel, CountsAllocationLessTurnoverAndOrders) {
  auto r = record(10);
  r.turnover = 3;
  r.on_order = 2;
  EXPECT_EQ(stock_level(r), (StockLevel{Availability::in_stock, 5, 5}));
  r.turnover = 9;
  EXPECT_EQ(stock_level(r), (StockLevel{Availability::out_of_stock, 0}));  // never below zero
  r.turnover = -4;                                                         // returns
  EXPECT_EQ(stock_level(r).ats, 12);
}

TEST(StockLevel, BackorderAndPreorderAreOrderableButNotInStock) {
  auto r = record(0);
  r.preorder_allocation = 7;
  EXPECT_EQ(stock_level(r).availability, Availability::out_of_stock);  // handling none
  EXPECT_EQ(stock_level(r).orderable, 0);
  r.handling = PreorderHandling::backorder;
  EXPECT_EQ(stock_level(r), (StockLevel{Availability::backorder, 0, 7}));
  EXPECT_FALSE(stock_level(r).in_stock());
  EXPECT_EQ(stock_level(r).orderable, 7);
  r.handling = PreorderHandling::preorder;
  EXPECT_EQ(stock_level(r).availability, Availability::preorder);
  r.allocation = 1;
  EXPECT_EQ(stock_level(r), (StockLevel{Availability::in_stock, 1, 8}));
}

TEST(StockLevel, WithoutAllocationOnlyPerpetualIsInStock) {
  auto r = record({});
  EXPECT_EQ(stock_level(r).availability, Availability::out_of_stock);
  r.turnover = -5;
  EXPECT_EQ(stock_level(r).availability, Availability::out_of_stock);
  r.perpetual = true;
  EXPECT_EQ(stock_level(r), kPerpetualLevel);
}

TEST(ParseUnits, ReadsDecimalsAsWholeUnits) {
  EXPECT_EQ(parse_units(" 12 "), 12);
  EXPECT_EQ(parse_units("12.90"), 12);
  EXPECT_EQ(parse_units("-3.0"), -3);
  EXPECT_EQ(parse_units("+4"), 4);
  for (auto bad : {"", "-", ".", "1e3", "1,000", "12x", "0x10", "99999999999999999999", "NaN"})
    EXPECT_FALSE(parse_units(bad)) << bad;
}

TEST(ParseSku, RefusesControlCharactersAndLength) {
  EXPECT_EQ(*parse_sku(" 25-A/ä "), "25-A/ä");
  EXPECT_EQ(parse_sku("  ").error().reason, "sku-missing");
  EXPECT_EQ(parse_sku("a\r\nb").error().reason, "sku-invalid");
  EXPECT_EQ(parse_sku(std::string(101, 'x')).error().reason, "sku-invalid");
}

}  // namespace
}  // namespace stockbell::commerce
