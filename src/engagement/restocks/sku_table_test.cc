#include "engagement/restocks/sku_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace stockbell::engagement {
namespace {

using Seen = SkuTable::Seen;

struct SkuTableTest : ::testing::Test {
  SeededRandom random{1};
  SkuTable table{random};
  Seen look(const std::string& sku, std::uint64_t hash) {
    const SkuTable::Row row{table.key_of(sku), hash};
    Seen seen{};
    table.look({&row, 1}, {&seen, 1});
    return seen;
  }
};

TEST_F(SkuTableTest, HoldsWhatIsKnownOfManySkus) {
  for (int i = 0; i < 50'000; ++i)
    table.set(fmt::format("S{}", i), {KnownStock{i % 2 == 0, i, Time(Duration(i))}, {i, 7}});
  EXPECT_EQ(table.size(), 50'000u);
  for (int i = 0; i < 50'000; ++i) {
    const auto stock = table.find(fmt::format("S{}", i));
    ASSERT_TRUE(stock);
    ASSERT_EQ(stock->in_stock, i % 2 == 0);
    ASSERT_EQ(stock->ats, i);
    ASSERT_EQ(stock->observed_at, Time(Duration(i)));
  }
  EXPECT_FALSE(table.find("S50000"));
  EXPECT_TRUE(table.available("S4"));
  EXPECT_FALSE(table.available("S5"));
}

TEST_F(SkuTableTest, ASkuOfWhoseStockNothingWasToldIsKnownAllTheSame) {
  table.set("M", {{}, {3, 4}});
  EXPECT_FALSE(table.find("M"));
  EXPECT_EQ(table.find_known(table.key_of("M"))->marks.feed_hash, 4u);
  table.set_stock("M", {true, 1, {}});
  EXPECT_TRUE(table.available("M"));
  EXPECT_EQ(table.find_known(table.key_of("M"))->marks.item_hash, 3);
  EXPECT_EQ(table.find_known(table.key_of("M"))->marks.feed_hash, 0u);
}

TEST_F(SkuTableTest, MarksDoNotHoldForASkuThatWasToldOfMeanwhile) {
  table.set("A", {KnownStock{true, 3, Time(Duration(1))}, {1, 0}});
  const auto key = table.key_of("A");
  const auto seen = *table.find_known(key);
  table.set_stock("A", {false, 0, Time(Duration(2))});
  table.set_marks(key, seen, {1, 5});
  EXPECT_EQ(table.find_known(key)->marks.feed_hash, 0u);
  table.set_marks(key, *table.find_known(key), {1, 5});
  EXPECT_EQ(table.find_known(key)->marks.feed_hash, 5u);
}

TEST_F(SkuTableTest, ARunTellsNewsFromWhatWasAppliedAndFromRowsOfItsOwn) {
  table.set("A", {{}, {1, 5}});
  table.set("B", {{}, {1, 0}});
  table.begin_run();
  EXPECT_EQ(look("A", 5), Seen::same);
  EXPECT_EQ(look("A", 5), Seen::repeated);
  EXPECT_EQ(look("B", 0), Seen::differs);  // 0 is no row's hash
  EXPECT_EQ(look("C", 5), Seen::differs);
  EXPECT_EQ(look("C", 5), Seen::differs);  // whoever is not known is told apart by the run
  table.begin_run();
  EXPECT_EQ(look("A", 6), Seen::differs);
}

TEST_F(SkuTableTest, ARunSurvivesThatTheTableGrows) {
  for (int i = 0; i < 700; ++i) table.set(fmt::format("S{}", i), {{}, {1, 5}});
  table.begin_run();
  for (int i = 0; i < 700; i += 2) EXPECT_EQ(look(fmt::format("S{}", i), 5), Seen::same);
  for (int i = 700; i < 5000; ++i) table.set(fmt::format("S{}", i), {{}, {1, 5}});
  for (int i = 0; i < 700; ++i)
    ASSERT_EQ(look(fmt::format("S{}", i), 5), i % 2 == 0 ? Seen::repeated : Seen::same);
}

}  // namespace
}  // namespace stockbell::engagement
