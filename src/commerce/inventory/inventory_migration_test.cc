// A store of the first release, with stock in it, goes through every later step of the schema.
#include "commerce/inventory/stock_fixture.h"

namespace stockbell::commerce {
namespace {

using Told = std::vector<std::string>;

constexpr std::string_view kRows =
    "INSERT INTO stock_record (sku, allocation, preorder_allocation, handling, perpetual, "
    "turnover, "
    "on_order, allocated_at, availability, ats, changed_at) VALUES "
    "('IN', 9, 0, 'none', 0, 2, 1, 1000, 'in_stock', 6, 3000), "
    "('OUT', 0, 0, 'none', 0, 0, 0, NULL, 'out_of_stock', 0, 2000), "
    "('ALWAYS', NULL, 0, 'none', 1, 0, 0, 1000, 'in_stock', 999999, 1000), "
    "('MORE', 5, 4, 'backorder', 0, 0, 0, 1000, 'in_stock', 5, 4000), "
    "('LATER', 0, 7, 'preorder', 0, 0, 0, 1000, 'preorder', 0, 5000);"
    "INSERT INTO stock_event (id, sku, in_stock, ats, observed_at) VALUES (7, 'IN', 1, 6, 3000);";
constexpr std::string_view kDefault =
    "INSERT INTO inventory_setting (name, value) VALUES ('default-instock', '1');";

constexpr db::Migration kInsertRows{"test/rows", {"test_rows", kRows, kRows}};
constexpr db::Migration kInsertDefault{"test/default", {"test_default", kDefault, kDefault}};

class InventoryMigrationTest : public StockFixture {
 protected:
  void SetUp() override {}
  void migrate(bool default_in_stock) {
    std::vector<db::Migration> first{inventory_store::migrations()[0], kInsertRows};
    if (default_in_stock) first.push_back(kInsertDefault);
    ASSERT_TRUE(db().migrate(first));
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    for (int start = 0; start < 2; ++start) {  // the second has nothing to do
      auto migrated = db().migrate(inventory_store::migrations());
      ASSERT_TRUE(migrated) << migrated.error().message;
    }
  }
  std::map<std::string, std::string> sold() {
    std::map<std::string, std::string> levels;
    auto rows = db().read([](db::Session& session) {
      return site_stock_store::find(session, "default", {"IN", "OUT", "ALWAYS", "MORE", "LATER"});
    });
    EXPECT_TRUE(rows);
    for (const auto& [sku, row] : *rows)
      levels[sku] = fmt::format("{} {}", to_text(row.level.availability), row.level.ats);
    return levels;
  }
};

const std::map<std::string, std::string> kSoldBefore{{"IN", "in_stock 6"},
                                                     {"OUT", "out_of_stock 0"},
                                                     {"ALWAYS", "in_stock 999999"},
                                                     {"MORE", "in_stock 5"},
                                                     {"LATER", "preorder 0"}};

TEST_P(InventoryMigrationTest, KeepsRecordsStockAndQueuedEvents) {
  migrate(false);
  EXPECT_EQ(sold(), kSoldBefore);
  auto records = db().read([](db::Session& session) {
    return inventory_store::list_records(session, "default", "", 10);
  });
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 5u);
  const auto in = std::ranges::find(*records, "IN", [](const auto& r) { return r.record.sku; });
  auto expected = units("IN", 9);
  expected.turnover = 2;
  expected.on_order = 1;
  expected.allocated_at = from_ms(1000);
  expected.turnover_entries = {{from_ms(3000), 2}};  // sold by then, at the latest
  EXPECT_EQ(in->record, expected);
  EXPECT_EQ(to_ms(in->changed_at), 3000);

  open({Site{}});  // derives all of it anew
  EXPECT_EQ(sold(), kSoldBefore);
  EXPECT_EQ(level("MORE"), "in_stock 5 9");
  EXPECT_EQ(level("NONE"), "out_of_stock 0 0");
  // What waited; and what only a site's rules decide about: those came with this release.
  EXPECT_EQ(told(), (Told{"IN in 6", "LATER out 0"}));
  open({Site{}});
  EXPECT_EQ(told(), Told{});
}

TEST_P(InventoryMigrationTest, NumbersGoOnBehindTheOldRows) {
  migrate(false);
  open({Site{}});
  auto last =
      db().read([](db::Session& session) { return site_stock_store::last_sequence(session); });
  ASSERT_TRUE(last);
  EXPECT_GE(*last, 5);
  put("OUT", 4);
  auto changes = db().read([&](db::Session& session) {
    return site_stock_store::changes_after(session, "default", *last, 10);
  });
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ(changes->front().sku, "OUT");
}

TEST_P(InventoryMigrationTest, KeepsTheDefaultOfItemsWithoutARecord) {
  migrate(true);
  open({Site{}});
  EXPECT_EQ(level("NONE"), "in_stock 999999 999999");
  EXPECT_EQ(sold(), kSoldBefore);
  sell({product("NONE")});
  EXPECT_EQ(told(), (Told{"IN in 6", "LATER out 0"}));
  put_list(false);
  EXPECT_EQ(told(), (Told{"LATER out 0", "NONE out 0"}));
}

STOCKBELL_STORE_TESTS(InventoryMigrationTest);

}  // namespace
}  // namespace stockbell::commerce
