// The format corpus: every file of tests/data/formats/{catalog,google,delimited} is imported into an
// empty store, and what came of it is what FILE.expected.json says: rows read, changed, refused (by
// line and reason), the items there are then and their stock. Files that begin with stock_ are
// inventory. With STOCKBELL_SHOW_OUTCOMES=1 the outcomes are printed, to be looked at.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "commerce/catalog/catalog_rules.h"
#include "commerce/commerce_box.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kItems =
    "SELECT i.sku, i.product_id, i.name, i.color, i.size, COALESCE(i.price_minor, -1), "
    "COALESCE(i.sale_price_minor, -1), i.currency, i.image, i.category, i.brand, "
    "(SELECT COUNT(*) FROM item_offline o WHERE o.sku = i.sku AND o.site = 'default') FROM item i "
    "ORDER BY i.sku";
constexpr std::string_view kStock =
    "SELECT sku, availability, ats FROM site_stock WHERE site = 'default' ORDER BY sku";
constexpr std::string_view kTexts =
    "SELECT id, locale, name FROM product_text ORDER BY id, locale";
constexpr db::Statement kItemsStatement{"test.items", kItems, kItems};
constexpr db::Statement kStockStatement{"test.stock", kStock, kStock};
constexpr db::Statement kTextsStatement{"test.texts", kTexts, kTexts};

class FormatsTest : public stockbell::testing::StoreTest {
 protected:
  std::string outcome(const std::filesystem::path& file, db::Database& store);
};

std::string price(std::int64_t minor) { return minor < 0 ? "" : format_decimal(minor); }

std::string FormatsTest::outcome(const std::filesystem::path& file, db::Database& store) {
  if (auto migrated = store.migrate(CommerceBox::migrations()); !migrated)
    return migrated.error().message;
  CommerceBox::Options options;
  Site site;
  site.inventory_lists = {"default", "google"};
  options.sites = Sites::one(site);
  options.data_dir = directory();
  options.assets = [](std::string_view) { return std::optional<std::string_view>(); };
  options.columns =
      ColumnNames::parse(std::vector<std::string>{
                             "inventory.quantity=Lagerbestand", "inventory.sku=Artikelnummer",
                             "catalog.sku=Artikelnummer", "catalog.name=Bezeichnung",
                             "catalog.price=Preis"})
          .value();
  CommerceBox box(store, clock, random, options, {});
  const bool stock = file.filename().string().starts_with("stock_");
  const auto report = stock ? box.import_inventory(file) : box.import_catalog(file);
  if (!report) return report.error().message;
  text::JsonWriter json;
  json.begin_object().member("state", to_text(report->state)).member("error", report->error);
  json.member("read", report->rows_read).member("changed", report->rows_changed);
  json.key("refused").begin_array();
  for (const auto& row : report->refused)
    json.value(std::to_string(row.line) + " " + row.reason);
  json.end_array();
  auto read = store.read([&](db::Session& session) -> Result<> {
    SB_TRY(items, session.query(kItemsStatement));
    json.key("items").begin_array();
    for (const auto& row : items) {
      std::string line;
      for (std::size_t i = 0; i < 11; ++i)
        line += (i ? "|" : "") + (i == 5 || i == 6 ? price(row.i64(i)) : row.text(i));
      json.value(line + (row.flag(11) ? "|offline" : "|online"));
    }
    json.end_array();
    SB_TRY(texts, session.query(kTextsStatement));
    json.key("texts").begin_array();
    for (const auto& row : texts)
      json.value(row.text(0) + "|" + row.text(1) + "|" + row.text(2));
    json.end_array();
    SB_TRY(levels, session.query(kStockStatement));
    json.key("stock").begin_array();
    for (const auto& row : levels)
      json.value(row.text(0) + "|" + row.text(1) + "|" + std::to_string(row.i64(2)));
    json.end_array();
    return {};
  });
  if (!read) return read.error().message;
  return std::move(json.end_object()).str();
}

TEST_P(FormatsTest, CorpusComesOutAsExpected) {
  std::size_t files = 0;
  for (const auto* folder : {"catalog", "google", "delimited"}) {
    const auto path = std::filesystem::path(STOCKBELL_SOURCE_DIR) / "tests/data/formats" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().string().ends_with(".expected.json")) continue;
      ++files;
      std::ifstream in(entry.path().string() + ".expected.json");
      std::stringstream expected;
      expected << in.rdbuf();
      const auto actual =
          outcome(entry.path(), db("formats_" + std::to_string(files))) + "\n";
      if (std::getenv("STOCKBELL_SHOW_OUTCOMES")) {
        std::cout << "OUTCOME " << folder << "/" << entry.path().filename().string() << " "
                  << actual;
      } else {
        EXPECT_EQ(actual, expected.str()) << entry.path();
      }
      close_stores();
    }
  }
  EXPECT_GE(files, 45u);
}

// The readers are the same on both stores, and the stores' own tests run on both.
INSTANTIATE_TEST_SUITE_P(Stores, FormatsTest, ::testing::Values(stockbell::testing::Driver::sqlite));

}  // namespace
}  // namespace stockbell::commerce
