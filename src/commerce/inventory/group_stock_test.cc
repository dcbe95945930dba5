// Bundles, sets and sets of masters: what they sell by their members, and when that is told.
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/stock_fixture.h"

namespace stockbell::commerce {
namespace {

using Told = std::vector<std::string>;

StockLevel in_stock(std::int64_t units) { return {Availability::in_stock, units, units}; }

TEST(BundleLevel, IsTheLeastThatMembersAllowInTheirQuantities) {
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{in_stock(7), 2}, {in_stock(5), 1}}, {}, false),
            in_stock(3));
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{in_stock(1), 2}}, {}, false), StockLevel{});
  EXPECT_EQ(
      bundle_level(std::vector<BundlePart>{{kPerpetualLevel, 2}, {in_stock(5), 1}}, {}, false),
      in_stock(5));
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{kPerpetualLevel, 9}}, {}, false),
            kPerpetualLevel);
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{in_stock(5), 1}, {StockLevel{}, 1}}, {}, false),
            StockLevel{});
  const StockLevel later{Availability::backorder, 0, 7};
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{in_stock(5), 1}, {later, 2}}, {}, false),
            (StockLevel{Availability::backorder, 0, 3}));
}

TEST(BundleLevel, ItsOwnRecordLimitsItAndDecidesAloneWhenTheListSaysSo) {
  const std::vector<BundlePart> members{{in_stock(9), 1}};
  EXPECT_EQ(bundle_level(members, in_stock(2), false), in_stock(2));
  EXPECT_EQ(bundle_level(members, StockLevel{}, false), StockLevel{});
  EXPECT_EQ(bundle_level(std::vector<BundlePart>{{StockLevel{}, 1}}, in_stock(2), true),
            in_stock(2));
  EXPECT_EQ(bundle_level(members, {}, true), StockLevel{});
}

class GroupStockTest : public StockFixture {
 protected:
  void sell_bundle() {
    auto bundle = product("BUNDLE");
    bundle.bundle_members = {{"MUG", 2}, {"TEA", 1}};
    sell({product("MUG"), product("TEA"), bundle});
  }
};

TEST_P(GroupStockTest, AMembersChangeIsTheBundlesEvent) {
  sell_bundle();
  put("MUG", 1);
  EXPECT_EQ(told(), (Told{"BUNDLE out 0", "MUG in 1"}));
  put("TEA", 4);
  EXPECT_EQ(told(), Told{"TEA in 4"});  // still fewer mugs than one bundle has
  put("MUG", 7);
  EXPECT_EQ(told(), (Told{"BUNDLE in 3", "MUG in 7"}));
  put("TEA", 0);
  EXPECT_EQ(told(), (Told{"BUNDLE out 0", "TEA out 0"}));
}

TEST_P(GroupStockTest, AnOfflineMemberTakesTheSetsShareAwayARemovedOneTheBundleToo) {
  sell_bundle();
  auto set = product("SET");
  set.set_members = {{"MUG", 1}, {"TEA", 1}};
  sell({set});
  put("MUG", 4);
  put("TEA", 3);
  told();
  EXPECT_EQ(level("BUNDLE"), "in_stock 2 2");
  EXPECT_EQ(level("SET"), "in_stock 7 7");
  sell({product("TEA", false)});
  EXPECT_EQ(told(), (Told{"SET in 4", "TEA out 0"})) << "it may be sold in the bundle only";
  sell({product("TEA", true)});
  EXPECT_EQ(told(), (Told{"SET in 7", "TEA in 3"}));
  sell({}, {}, {"TEA"});
  EXPECT_EQ(told(), (Told{"BUNDLE out 0", "SET in 4", "TEA out 0"}));
}

TEST_P(GroupStockTest, ABundlesOwnRecordLimitsItAndTheListMayLetItDecideAlone) {
  sell_bundle();
  put("MUG", 20);
  put("TEA", 20);
  put("BUNDLE", 4);
  EXPECT_EQ(level("BUNDLE"), "in_stock 4 4");
  put("MUG", 0);
  EXPECT_EQ(told(), (Told{"BUNDLE out 0", "MUG out 0", "TEA in 20"}));
  put_list(false, true);  // the first header this list has
  EXPECT_EQ(told(), Told{"BUNDLE in 4"});
  put_list(false, false);
  EXPECT_EQ(told(), Told{"BUNDLE out 0"});
}

TEST_P(GroupStockTest, ABundleThatDecidesAloneHasTheListsDefaultWithoutARecord) {
  sell_bundle();
  put("MUG", 0);
  told();
  put_list(true, true);
  EXPECT_EQ(level("BUNDLE"), "in_stock 999999 999999");
  EXPECT_EQ(told(), (Told{"BUNDLE in 999999", "TEA in 999999"}));
}

TEST_P(GroupStockTest, NewMembersAreTheBundlesEvent) {
  sell_bundle();
  put("MUG", 6);
  told();
  auto bundle = product("BUNDLE");
  bundle.bundle_members = {{"MUG", 3}};
  sell({bundle});
  EXPECT_EQ(told(), Told{"BUNDLE in 2"});
  sell({bundle});
  EXPECT_EQ(told(), Told{});
}

TEST_P(GroupStockTest, ASetOfMastersIsInStockAsAnyVariationIs) {
  auto set = product("LOOK");
  set.set_members = {{"SHIRT", 1}, {"HAT", 1}};
  auto shirt = product("SHIRT");
  shirt.is_master = true;
  sell({shirt, product("SHIRT-S"), product("SHIRT-M"), product("HAT"), set},
       {{"SHIRT", "SHIRT-S", 0}, {"SHIRT", "SHIRT-M", 1}});
  put("HAT", 0);
  put("SHIRT-S", 0);
  EXPECT_EQ(told(), (Told{"HAT out 0", "LOOK out 0", "SHIRT-S out 0"}));
  put("SHIRT-M", 2);
  EXPECT_EQ(told(), (Told{"LOOK in 2", "SHIRT-M in 2"}));
  put("SHIRT-L", 3);  // of no master yet
  told();
  sell({product("SHIRT-L")}, {{"SHIRT", "SHIRT-L", 2}});
  EXPECT_EQ(told(), Told{"LOOK in 5"});
  sell({product("SHIRT-M", false)});
  EXPECT_EQ(told(), (Told{"LOOK in 3", "SHIRT-M out 0"}));
  sell({}, {}, {"SHIRT-L"});
  EXPECT_EQ(told(), (Told{"LOOK out 0", "SHIRT-L out 0"}));
}

TEST_P(GroupStockTest, ABundleOfAMasterIsInStockAsAnyVariantIs) {
  auto shirt = product("SHIRT");
  shirt.is_master = true;
  auto bundle = product("OUTFIT");
  bundle.bundle_members = {{"SHIRT", 2}, {"HAT", 1}};
  sell({shirt, product("SHIRT-S"), product("SHIRT-M"), product("HAT"), bundle},
       {{"SHIRT", "SHIRT-S", 0}, {"SHIRT", "SHIRT-M", 1}});
  put("HAT", 9);
  told();
  put("SHIRT-M", 4);
  EXPECT_EQ(told(), (Told{"OUTFIT in 2", "SHIRT-M in 4"}));
  put("SHIRT-M", 0);
  EXPECT_EQ(told(), (Told{"OUTFIT out 0", "SHIRT-M out 0"}));
}

TEST_P(GroupStockTest, AGroupInAGroupCountsByItsMembersAndNeverWithoutEnd) {
  sell_bundle();
  auto set = product("SET");
  set.set_members = {{"BUNDLE", 1}, {"CUP", 1}, {"SET", 1}};
  sell({product("CUP"), set});
  put("CUP", 0);
  put("MUG", 4);
  told();
  put("TEA", 3);
  EXPECT_EQ(told(), (Told{"BUNDLE in 2", "SET in 2", "TEA in 3"}));
  put("CUP", 1);
  EXPECT_EQ(told(), (Told{"CUP in 1", "SET in 3"}));
  put("MUG", 0);
  EXPECT_EQ(told(), (Told{"BUNDLE out 0", "MUG out 0", "SET in 1"}));
}

STOCKBELL_STORE_TESTS(GroupStockTest);

}  // namespace
}  // namespace stockbell::commerce
