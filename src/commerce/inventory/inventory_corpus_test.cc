// Every file of tests/data/formats/inventory with the outcome that lies beside it (README there).
#include <gtest/gtest.h>

#include <fstream>

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/inventory_import.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

const std::filesystem::path kCorpus =
    std::filesystem::path(STOCKBELL_SOURCE_DIR) / "tests/data/formats/inventory";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

class InventoryCorpusTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    ASSERT_TRUE(db().migrate(inventory_store::migrations()));
  }
  // One list of the file is one list of the store; each case begins with an empty store.
  void clear() {
    for (const auto& list : {"default", "east", "west"}) {
      auto skus = db().read([&](db::Session& session) {
        return inventory_store::skus_of_list(session, list, "", 1000);
      });
      ASSERT_TRUE(skus);
      std::vector<StockChange> changes;
      for (const auto& sku : *skus) {
        StockChange change;
        change.list = list;
        change.sku = sku;
        change.remove = true;
        changes.push_back(change);
      }
      ImportTally tally;
      ASSERT_TRUE(inventory.apply(changes, tally));
      ASSERT_TRUE(inventory.delete_list(list));
    }
    while (inventory.step().value_or(false)) {
    }
  }
  std::string import(const std::filesystem::path& file, ImportMode mode, ImportTally& tally) {
    auto imported = import_inventory(file, inventory, tally, {mode});
    return imported ? "" : imported.error().reason;
  }
  void expect_stock(const boost::json::object& expected) {
    for (const auto& [key, value] : expected) {
      SCOPED_TRACE(std::string(key));
      auto items = inventory.availability(sites.main(), {std::string(key)});
      ASSERT_TRUE(items);
      const auto& level = items->front().level;
      EXPECT_EQ(fmt::format("{} {} {}", to_text(level.availability), level.ats, level.orderable),
                std::string(value.get_string()));
    }
  }

  static Site three_lists() {
    Site site;
    site.inventory_lists = {"default", "east", "west"};
    return site;
  }
  Sites sites = Sites::one(three_lists());
  InventoryService inventory{db(), clock, ids, sites, [] {}};
};

TEST_P(InventoryCorpusTest, EveryFileHasTheOutcomeThatIsWrittenBesideIt) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    if (entry.path().extension() != ".json") continue;
    auto file = entry.path();
    file.replace_extension("");
    SCOPED_TRACE(file.filename().string());
    clear();
    auto expected = text::parse_json_object(content_of(entry.path()));
    ASSERT_TRUE(expected) << expected.error().message;
    if (const auto before = text_of(*expected, "before"); !before.empty()) {
      ImportTally tally;
      ASSERT_EQ(import(kCorpus / before, ImportMode::merge, tally), "");
    }
    ImportTally tally;
    auto mode = parse_enum<ImportMode>(text_of(*expected, "mode")).value_or(ImportMode::merge);
    EXPECT_EQ(import(file, mode, tally), text_of(*expected, "error"));
    EXPECT_EQ(tally.rows_read, expected->at("read").as_int64());
    EXPECT_EQ(tally.rows_changed, expected->at("changed").as_int64());
    std::string refused;
    for (const auto& row : tally.refused) refused += fmt::format("{} {}\n", row.line, row.reason);
    std::string expected_refused;
    for (const auto& row : expected->at("refused").as_array())
      expected_refused += std::string(row.as_string()) + "\n";
    EXPECT_EQ(refused, expected_refused);
    expect_stock(expected->at("stock").as_object());
    // The same file again changes nothing but what a list that stands twice in it gives and takes.
    if (text_of(*expected, "error").empty() && !expected->contains("not_idempotent")) {
      ImportTally again;
      EXPECT_EQ(import(file, mode, again), "");
      EXPECT_EQ(again.rows_changed, 0);
      expect_stock(expected->at("stock").as_object());
    }
    ++files;
  }
  EXPECT_GE(files, 30);
}

// A whole attribute would have to be kept in memory: the reader gives up long before.
TEST_P(InventoryCorpusTest, GivesUpOnAHugeAttributeAndAHugeText) {
  for (bool attribute : {true, false}) {
    const auto file = directory() / "huge.xml";
    {
      std::ofstream out(file, std::ios::binary);
      out << "<inventory><inventory-list><records><record product-id=\"";
      if (!attribute) out << "A\"><allocation>";
      const std::string megabyte(1 << 20, '7');
      for (int i = 0; i < 100; ++i) out << megabyte;
      out << (attribute ? "\"/>" : "</allocation></record>")
          << "</records></inventory-list></inventory>";
    }
    ImportTally tally;
    EXPECT_EQ(import(file, ImportMode::merge, tally), "xml-limit");
  }
}

STOCKBELL_STORE_TESTS(InventoryCorpusTest);

}  // namespace
}  // namespace stockbell::commerce
