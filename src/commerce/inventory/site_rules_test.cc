// The rules of a site: its lists' policy, what it keeps back, what rings beside stock.
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/stock_fixture.h"

namespace stockbell::commerce {
namespace {

using Told = std::vector<std::string>;

class SiteRulesTest : public StockFixture {
 protected:
  static StockRecord in(const std::string& list, std::int64_t allocation) {
    auto record = units("A", allocation);
    record.list = list;
    return record;
  }
  static Site site(const std::string& key, ListPolicy policy) {
    Site made;
    made.key = key;
    made.inventory_lists = {"east", "west"};
    made.list_policy = policy;
    return made;
  }
};

TEST(SiteLevel, ReservedUnitsAndSafetyStockAreNotSold) {
  StockRecord record;
  record.allocation = 10;
  record.reserved = 3;
  EXPECT_EQ(stock_level(record, 2).ats, 5);
  record.safety_stock = 6;  // the record's own stands for the site's
  EXPECT_EQ(stock_level(record, 2).ats, 1);
  record.safety_stock = 0;
  EXPECT_EQ(stock_level(record, 2).ats, 7);
  record.reserved = 10;
  EXPECT_EQ(stock_level(record, 0).availability, Availability::out_of_stock);
}

TEST_P(SiteRulesTest, TheFirstListThatHasARecordOrAllOfThemTogether) {
  open({site("default", ListPolicy::first), site("all", ListPolicy::sum)});
  put(in("west", 5));
  EXPECT_EQ(told(), Told{"A in 5"});
  put(in("east", 0));
  EXPECT_EQ(told(), Told{"A out 0"});  // a record of nothing is a record
  EXPECT_EQ(level("A", "all"), "in_stock 5 5");
  put(in("east", 2));
  EXPECT_EQ(told(), Told{"A in 2"});
  EXPECT_EQ(level("A", "all"), "in_stock 7 7");
  put(in("west", 1));
  EXPECT_EQ(told(), Told{});
  EXPECT_EQ(level("A", "all"), "in_stock 3 3");
  open({site("default", ListPolicy::sum)});
  EXPECT_EQ(told(), Told{"A in 3"});
  StockChange gone;
  gone.list = "east";
  gone.sku = "A";
  gone.remove = true;
  apply(gone);
  EXPECT_EQ(told(), Told{"A in 1"});
}

TEST_P(SiteRulesTest, WhatASiteKeepsBackCountsInEachListAndAfterARestart) {
  put("A", 3);
  auto own = units("B", 3);
  own.safety_stock = 0;
  put(own);
  told();
  Site careful;
  careful.safety_stock = 3;
  open({careful});
  EXPECT_EQ(level("A"), "out_of_stock 0 0");
  EXPECT_EQ(level("B"), "in_stock 3 3");
  EXPECT_EQ(told(), Told{"A out 0"});
  open({careful});
  EXPECT_EQ(told(), Told{});
  auto two = site("default", ListPolicy::sum);
  two.safety_stock = 3;
  open({two});
  put(in("east", 4));
  put(in("west", 5));
  EXPECT_EQ(level("A"), "in_stock 3 3");
}

TEST_P(SiteRulesTest, WhatCanOnlyBeOrderedRingsWhereTheSiteSaysSo) {
  auto next = units("NEXT", 0), again = units("AGAIN", 0);
  next.handling = PreorderHandling::preorder;
  again.handling = PreorderHandling::backorder;
  Site quiet, early, late;
  early.ring_on_preorder = true;
  late.ring_on_backorder = true;
  std::int64_t units = 8;
  for (const auto& [shop, heard] :
       std::vector<std::pair<Site, Told>>{{quiet, {"AGAIN out 0", "NEXT out 0"}},
                                          {early, {"AGAIN out 0", "NEXT in 9"}},
                                          {late, {"AGAIN in 10", "NEXT out 0"}}}) {
    open({shop});
    told();
    next.preorder_allocation = again.preorder_allocation = units++;
    put(next);
    put(again);
    EXPECT_EQ(told(), heard);
  }
  next.allocation = 2;
  put(next);
  EXPECT_EQ(told(), Told{"NEXT in 2"});
}

TEST_P(SiteRulesTest, ARuleSwitchedOverARestartRingsWhatItIsAbout) {
  auto again = units("AGAIN", 0);
  again.handling = PreorderHandling::backorder;
  again.preorder_allocation = 8;
  put(again);
  put("PLAIN", 3);
  EXPECT_EQ(told(), (Told{"AGAIN out 0", "PLAIN in 3"}));
  Site late;
  late.ring_on_backorder = true;
  open({late});
  EXPECT_EQ(told(), Told{"AGAIN in 8"});
  open({late});
  EXPECT_EQ(told(), Told{});
  open({Site{}});
  EXPECT_EQ(told(), Told{"AGAIN out 0"});
}

STOCKBELL_STORE_TESTS(SiteRulesTest);

}  // namespace
}  // namespace stockbell::commerce
