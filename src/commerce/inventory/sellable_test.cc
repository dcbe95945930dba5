// What can be bought for another reason than a record's change: the list's default, the catalog's
// flags, dates that pass. Each is told, once.
#include "commerce/inventory/stock_fixture.h"

namespace stockbell::commerce {
namespace {

using Told = std::vector<std::string>;
using std::chrono::hours;

class SellableTest : public StockFixture {};

TEST_P(SellableTest, TheListsDefaultRingsAndUnringsItemsWithoutARecord) {
  sell({product("A"), product("B"), product("OFF", false)});
  put("B", 0);
  told();
  put_list(true);
  EXPECT_EQ(told(), (Told{"A in 999999", "OFF out 0"}));
  EXPECT_EQ(level("B"), "out_of_stock 0 0");
  put_list(true);
  EXPECT_EQ(told(), Told{});
  sell({product("OFF", true)});
  EXPECT_EQ(told(), Told{"OFF in 999999"});
  put_list(false);
  EXPECT_EQ(told(), (Told{"A out 0", "OFF out 0"}));
}

TEST_P(SellableTest, ASwitchedDefaultIsWorkedOffAfterARestartToo) {
  std::vector<Product> many;
  for (int i = 0; i < 2100; ++i) many.push_back(product(fmt::format("S{:04}", i)));
  sell(many);
  InventoryList list;
  list.default_in_stock = true;
  ASSERT_TRUE(stock->put_list(list));
  ASSERT_TRUE(*stock->step());
  catalog.reset();
  stock.reset();
  close_stores();
  open({Site{}});
  auto heard = told();
  EXPECT_EQ(heard.size(), 2100u);
  EXPECT_EQ(heard.back(), "S2099 in 999999");
}

TEST_P(SellableTest, AProductThatComesBackOnlineTellsItsStock) {
  sell({product("A", false)});
  put("A", 5);
  EXPECT_EQ(told(), Told{"A out 0"});
  sell({product("A", true)});
  EXPECT_EQ(told(), Told{"A in 5"});
  sell({product("A", true)});
  EXPECT_EQ(told(), Told{});
  sell({product("A", false)});
  EXPECT_EQ(told(), Told{"A out 0"});
}

TEST_P(SellableTest, WhatTheShopsOwnSiteDoesNotSellIsOut) {
  Site main, other;
  other.key = "fr";
  open({main, other});
  put("A", 5);
  told();
  auto item = product("A", true);
  item.sites = {{"fr", false, {}, {}}};
  sell({item});
  EXPECT_EQ(told(), Told{"A in 5"});
  item.sites = {{"fr", true, {}, {}}, {"default", false, {}, {}}};
  sell({item});
  EXPECT_EQ(told(), Told{"A out 0"});
}

TEST_P(SellableTest, PassingDatesTellOnTimeAndAfterARestart) {
  auto sale = product("SALE", true);
  sale.online_from = to_ms(clock.now() + hours(1));
  sale.online_to = to_ms(clock.now() + hours(3));
  sell({sale});
  put("SALE", 4);
  EXPECT_EQ(told(), Told{"SALE out 0"});
  auto step = catalog->pass_dates();
  ASSERT_TRUE(step);
  EXPECT_GT(step->later.count(), 0);
  EXPECT_EQ(told(), Told{});
  clock.advance(hours(1) - Duration(1));
  EXPECT_EQ(catalog->pass_dates()->later, Duration(1));
  EXPECT_EQ(told(), Told{});
  clock.advance(Duration(1));
  ASSERT_TRUE(catalog->pass_dates());
  EXPECT_EQ(told(), Told{"SALE in 4"});
  catalog.reset();
  stock.reset();
  close_stores();
  clock.advance(hours(9));  // nobody ran when it ended
  open({Site{}});
  EXPECT_EQ(told(), Told{"SALE out 0"});
  open({Site{}});
  EXPECT_EQ(told(), Told{});
}

TEST_P(SellableTest, AMastersDateIsItsVariantsDate) {
  auto master = product("M", true);
  master.is_master = true;
  master.online_from = to_ms(clock.now() + hours(1));
  sell({master, product("M-1")}, {{"M", "M-1", 0}});
  put("M-1", 2);
  EXPECT_EQ(told(), Told{"M-1 out 0"});
  clock.advance(hours(1));
  ASSERT_TRUE(catalog->pass_dates());
  EXPECT_EQ(told(), Told{"M-1 in 2"});
}

STOCKBELL_STORE_TESTS(SellableTest);

}  // namespace
}  // namespace stockbell::commerce
