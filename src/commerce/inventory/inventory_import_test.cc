#include "commerce/inventory/inventory_import.h"

#include <fstream>

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/stock_event_outbox.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

struct Observer : StockEvents {
  bool away = false;
  std::vector<std::size_t> batches;
  std::map<std::string, StockObservation> last;
  Result<> observe(const std::vector<StockObservation>& observations) override {
    if (away) return fail(ErrorCode::unavailable, "away", "away");
    batches.push_back(observations.size());
    for (const auto& o : observations) last[o.sku] = o;
    return {};
  }
};

class InventoryImportTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    ASSERT_TRUE(db().migrate(inventory_store::migrations()));
  }
  ImportTally import(std::string_view content) {
    auto file = directory() / "stock";
    std::ofstream(file, std::ios::binary) << content;
    ImportTally tally;
    auto imported = import_inventory(file, inventory, tally);
    error = imported ? "" : imported.error().reason;
    return tally;
  }
  StockLevel level(const std::string& sku) {
    return inventory.availability(sites.main(), {sku})->front().level;
  }

  std::string error;
  int wakes = 0;
  Sites sites = Sites::one({});
  InventoryService inventory{db(), clock, ids, sites, [this] { ++wakes; }};
};

std::string record(std::string_view attributes, std::string_view inner) {
  return "<inventory><inventory-list><records><record product-id=\"A\" " + std::string(attributes) +
         ">" + std::string(inner) + "</record></records></inventory-list></inventory>";
}

TEST_P(InventoryImportTest, RefusesAnAllocationOlderThanTheKnownOne) {
  import(record("",
                "<allocation>5</allocation><allocation-timestamp>2025-12-16T10:00:00Z</"
                "allocation-timestamp>"));
  auto late = import(record("",
                            "<allocation>9</allocation><allocation-timestamp>2025-12-16T09:00:00Z</"
                            "allocation-timestamp>"));
  ASSERT_EQ(late.refused.size(), 1u);
  EXPECT_EQ(late.refused[0].reason, "allocation-older");
  EXPECT_EQ(level("A").ats, 5);
}

TEST_P(InventoryImportTest, ResetsTurnoverAndKeepsOrders) {
  import(record("", "<allocation>10</allocation><on-order>2</on-order><turnover>3</turnover>"));
  EXPECT_EQ(level("A").ats, 5);
  import(record("", "<allocation>10</allocation>"));
  EXPECT_EQ(level("A").ats, 8);
}

std::string allocation(int units, std::string_view at) {
  return "<allocation>" + std::to_string(units) + "</allocation><allocation-timestamp>" +
         std::string(at) + "</allocation-timestamp>";
}

TEST_P(InventoryImportTest, ANewAllocationCountsSalesAfterItsTime) {
  import(record("", allocation(20, "2025-12-17T20:00:00Z") + "<turnover>3</turnover>"));
  clock.advance(std::chrono::hours(1));
  import(record("", allocation(20, "2025-12-17T20:00:00Z") + "<turnover>7</turnover>"));
  EXPECT_EQ(level("A").ats, 13);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(import(record("", allocation(4, "2025-12-18T00:30:00Z"))).rows_changed, 1);
  EXPECT_EQ(level("A").availability, Availability::out_of_stock);  // all four were sold since
  import(record("", allocation(10, "2025-12-18T00:45:00Z")));
  EXPECT_EQ(level("A").ats, 6);
  EXPECT_EQ(import(record("", allocation(10, "2025-12-18T00:45:00Z"))).rows_changed, 0);
  import(record("", allocation(10, "2025-12-18T01:00:00Z")));
  EXPECT_EQ(level("A").ats, 10);
}

TEST_P(InventoryImportTest, ADeletedRecordForgetsWhatWasSold) {
  import(record("", allocation(20, "2025-12-17T20:00:00Z") + "<turnover>3</turnover>"));
  import(record("mode=\"delete\"", ""));
  import(record("", allocation(20, "2025-12-17T20:00:00Z")));
  EXPECT_EQ(level("A").ats, 20);
}

TEST_P(InventoryImportTest, DeletesRecordsAndFollowsTheListsDefault) {
  import(record("", "<allocation>10</allocation>"));
  EXPECT_EQ(import(record("mode=\"delete\"", "")).rows_changed, 1);
  EXPECT_EQ(level("A").availability, Availability::out_of_stock);
  EXPECT_EQ(import(record("mode=\"delete\"", "")).rows_changed, 0);
  import(
      "<inventory><inventory-list><header "
      "list-id=\"default\"><default-instock>true</default-instock></header>"
      "</inventory-list></inventory>");
  EXPECT_TRUE(level("A").in_stock());
}

TEST_P(InventoryImportTest, KeepsWhatStoodBeforeTheDamage) {
  std::string text = "<inventory><inventory-list><records>\n";
  for (int i = 0; i < 1500; ++i)
    text +=
        "<record product-id=\"S" + std::to_string(i) + "\"><allocation>1</allocation></record>\n";
  import(text);  // cut short
  EXPECT_EQ(error, "xml-malformed");
  EXPECT_TRUE(level("S0").in_stock());  // the first thousand were committed
  import("<feed/>");
  EXPECT_EQ(error, "inventory-root");
}

TEST_P(InventoryImportTest, HandsEventsOverInBatchesAndKeepsThemWhileThePeerIsAway) {
  std::string text = "sku|quantity\n";
  for (int i = 0; i < 2500; ++i)
    text += "S" + std::to_string(i) + "|" + std::to_string(i % 3) + "\n";
  EXPECT_EQ(import(text).rows_changed, 2500);
  EXPECT_EQ(wakes, 3);
  Observer observer;
  observer.away = true;
  StockEventOutbox outbox(db(), clock, sites, &observer);
  EXPECT_FALSE(outbox.step());
  observer.away = false;
  while (outbox.step()->more) {
  }
  EXPECT_EQ(observer.batches, (std::vector<std::size_t>{1000, 1000, 500}));
  EXPECT_EQ(observer.last.at("S1").ats, 1);
  EXPECT_FALSE(observer.last.at("S0").in_stock);
  EXPECT_EQ(import(text).rows_changed, 0);  // the same again says nothing
  observer.batches.clear();
  EXPECT_FALSE(outbox.step()->more);
  EXPECT_TRUE(observer.batches.empty());
}

STOCKBELL_STORE_TESTS(InventoryImportTest);

}  // namespace
}  // namespace stockbell::commerce
