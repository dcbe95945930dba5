// A shop that configures no lists, and the lists that its files name.
#include <fstream>

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/inventory_import.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

class AdoptedListTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    ASSERT_TRUE(db().migrate(inventory_store::migrations()));
    open({});
  }
  void open(Site site) {
    inventory.reset();
    sites = Sites::one(std::move(site));
    inventory.emplace(db(), clock, ids, *sites, [] {});
    ASSERT_TRUE(inventory->compare_sites());
  }
  // "line reason" of each row that was refused.
  std::vector<std::string> import(std::string_view content, const InventoryImport& how = {}) {
    const auto file = directory() / "stock";
    std::ofstream(file, std::ios::binary) << content;
    ImportTally tally;
    auto imported = import_inventory(file, *inventory, tally, how);
    EXPECT_TRUE(imported) << imported.error().message;
    EXPECT_EQ(tally.rows_refused, static_cast<std::int64_t>(tally.refused.size()));
    std::vector<std::string> refused;
    for (const auto& row : tally.refused) refused.push_back(fmt::format("{} {}", row.line, row.reason));
    return refused;
  }
  std::int64_t ats(const std::string& sku) {
    return inventory->availability(sites->main(), {sku})->front().level.ats;
  }
  std::int64_t records(const std::string& list) {
    return *db().read([&](db::Session& s) { return inventory_store::count_records(s, list); });
  }

  std::optional<Sites> sites;
  std::optional<InventoryService> inventory;
  const std::vector<std::string> clean;
};

std::string list_of(std::string_view header, std::string_view sku, int units) {
  return fmt::format(
      "<inventory>\n<inventory-list>\n<header {}/>\n<records><record product-id=\"{}\">"
      "<allocation>{}</allocation></record></records></inventory-list></inventory>",
      header, sku, units);
}

TEST_P(AdoptedListTest, LinesOfSeveralLocationsDoNotOverwriteOneAnother) {
  EXPECT_EQ(import(R"({"sku":"A","quantity":7,"location":"berlin"})"),
            std::vector<std::string>{"0 list-unsold"});
  EXPECT_EQ(import("{\"sku\":\"A\",\"quantity\":0,\"list\":\"paris\"}\n"
                   "{\"sku\":\"B\",\"quantity\":0,\"list\":\"paris\"}\n"),
            std::vector<std::string>{"0 list-unsold"});
  EXPECT_EQ(ats("A"), 0);
  EXPECT_EQ(records("berlin"), 1);
  EXPECT_EQ(records("paris"), 2);
  EXPECT_EQ(records("default"), 0);
  Site site;
  site.inventory_lists = {"berlin", "paris"};
  open(site);
  while (inventory->step().value()) {
  }
  EXPECT_EQ(ats("A"), 7);
}

TEST_P(AdoptedListTest, ASecondFilesListDoesNotReplaceTheFirstOnes) {
  EXPECT_EQ(import(list_of("list-id=\"shop\"", "A", 5)), clean);
  EXPECT_EQ(import(list_of("list-id=\"outlet\"", "B", 3), {ImportMode::replace}),
            std::vector<std::string>{"3 list-unsold"});
  EXPECT_EQ(ats("A"), 5);
  EXPECT_EQ(ats("B"), 0);
  EXPECT_EQ(records("outlet"), 1);
  EXPECT_EQ(import(list_of("list-id=\"shop\"", "C", 4), {ImportMode::replace}), clean);
  EXPECT_EQ(ats("A"), 0);
  EXPECT_EQ(ats("C"), 4);
}

TEST_P(AdoptedListTest, DeletingAListThatIsNotTheShopsDeletesNothingOfIt) {
  EXPECT_EQ(import(R"({"sku":"A","quantity":7})"), clean);
  EXPECT_EQ(import("<inventory><inventory-list><header list-id=\"obsolete\" mode=\"delete\"/>"
                   "</inventory-list></inventory>"),
            clean);
  EXPECT_EQ(import(list_of("list-id=\"old\"", "A", 5), {ImportMode::remove}), clean);
  EXPECT_EQ(ats("A"), 7);
  EXPECT_EQ(import(list_of("list-id=\"shop\"", "A", 9)), clean);
  EXPECT_EQ(ats("A"), 9);
}

TEST_P(AdoptedListTest, TheNameMeansTheListEverywhereAndAfterARestart) {
  EXPECT_EQ(import(list_of("list-id=\"shop\"", "A", 5)), clean);
  open({});
  EXPECT_EQ(import(R"({"sku":"B","quantity":6})", {.list = "shop"}), clean);
  EXPECT_EQ(ats("B"), 6);
  StockChange change;
  change.list = "shop";
  change.sku = "A";
  change.allocation = 8;
  ImportTally tally;
  ASSERT_TRUE(inventory->apply({change}, tally));
  EXPECT_EQ(ats("A"), 8);
  EXPECT_EQ(*inventory->list_here("shop"), "default");
  EXPECT_EQ(*inventory->list_here("outlet"), "outlet");
  EXPECT_EQ(records("shop"), 0);
}

TEST_P(AdoptedListTest, AShopWithListsAdoptsNone) {
  Site site;
  site.inventory_lists = {"default", "east"};
  open(site);
  EXPECT_EQ(import(list_of("list-id=\"shop\"", "A", 5)), std::vector<std::string>{"3 list-unsold"});
  EXPECT_EQ(ats("A"), 0);
  EXPECT_EQ(import(list_of("list-id=\"east\"", "A", 5)), clean);
  EXPECT_EQ(ats("A"), 5);
}

STOCKBELL_STORE_TESTS(AdoptedListTest);

}  // namespace
}  // namespace stockbell::commerce
