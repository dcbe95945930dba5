// What is for sale, site by site, as files and the clock change it, and what stock is told of it.
#include "commerce/catalog/catalog_service.h"

#include <fstream>

#include "commerce/catalog/catalog_import.h"
#include "commerce/catalog/online_store.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using catalog_store::CatalogChanges;

// Runs units as stock does and keeps what it was told.
class HeardStock final : public SellableStock {
 public:
  explicit HeardStock(db::Database& database) : database_(database) {}
  Result<> change(const Unit& unit) override {
    return database_.write([&](db::Session& session) -> Result<> {
      SB_TRY(effect, unit(session));
      online_changed.insert(effect.online_changed.begin(), effect.online_changed.end());
      groups_changed.insert(effect.groups_changed.begin(), effect.groups_changed.end());
      return {};
    });
  }
  std::set<std::string> online_changed, groups_changed;

 private:
  db::Database& database_;
};

class CatalogServiceTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    auto migrated = db().migrate(catalog_store::migrations());
    ASSERT_TRUE(migrated) << migrated.error().message;
    open({"de", "fr"});
  }
  void open(std::vector<std::string> sites) {
    stock.emplace(db());
    catalog.emplace(db(), clock, random, *stock, std::move(sites));
    ASSERT_TRUE(catalog->pass_dates());
  }
  void apply_all(const CatalogChanges& changes) {
    auto applied = catalog->apply(changes);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  void apply(std::vector<Product> products, std::vector<std::string> removed = {},
             std::vector<Variation> variations = {}) {
    CatalogChanges changes;
    changes.products = std::move(products);
    changes.removed = std::move(removed);
    changes.variations = std::move(variations);
    apply_all(changes);
  }
  std::set<std::string> told() { return std::exchange(stock->online_changed, {}); }
  bool offline(const std::string& site, const std::string& sku) {
    return *db().read([&](db::Session& s) { return online_store::is_offline(s, site, sku); });
  }
  static Product product(const std::string& id, Said<bool> online = {}) {
    Product p;
    p.id = id;
    p.online = online;
    return p;
  }

  std::optional<HeardStock> stock;
  std::optional<CatalogService> catalog;
};

TEST_P(CatalogServiceTest, TellsOfEachWayOffAndOn) {
  apply(std::vector<Product>{product("A"), product("B", false)});
  EXPECT_EQ(told(), std::set<std::string>{"B"});
  apply(std::vector<Product>{product("A"), product("B", false)});
  EXPECT_TRUE(told().empty());  // nothing new
  apply(std::vector<Product>{product("A", false), product("B", true)});
  EXPECT_EQ(told(), (std::set<std::string>{"A", "B"}));
  EXPECT_TRUE(offline("de", "A"));
  EXPECT_FALSE(offline("de", "B"));
  apply(std::vector<Product>{product("A")});  // says nothing of it
  EXPECT_TRUE(offline("fr", "A"));
  apply(std::vector<Product>(), {"B", "never-seen"});
  EXPECT_TRUE(told().contains("B"));
  EXPECT_TRUE(offline("de", "B"));
  apply(std::vector<Product>{product("B", true)});
  EXPECT_EQ(told(), std::set<std::string>{"B"});
  EXPECT_FALSE(offline("de", "B"));
}

TEST_P(CatalogServiceTest, AMasterTakesItsVariantsWithIt) {
  auto master = product("M", true);
  master.is_master = true;
  apply({master, product("M-1"), product("M-2")}, {}, {{"M", "M-1", 0}, {"M", "M-2", 1}});
  told();
  master.online = false;
  apply(std::vector<Product>{master});
  EXPECT_EQ(told(), (std::set<std::string>{"M-1", "M-2"}));
  auto kind = db().read([](db::Session& s) { return catalog_store::sku_kind(s, "M"); });
  EXPECT_EQ(*kind, catalog_store::SkuKind::master);
  EXPECT_FALSE(*catalog->item_exists("M"));
}

TEST_P(CatalogServiceTest, ARemovedMasterKeepsNoVariantOffline) {
  auto master = product("M", false);
  master.is_master = true;
  apply({master, product("M-1")}, {}, {{"M", "M-1", 0}});
  EXPECT_TRUE(offline("de", "M-1"));
  told();
  apply(std::vector<Product>{}, {"M"});
  EXPECT_TRUE(told().contains("M-1"));
  EXPECT_FALSE(offline("de", "M-1")) << "an item of its own now, and nothing says that it is offline";
}

TEST_P(CatalogServiceTest, DatesPassOnTimeAndOutliveARestart) {
  const auto now = clock.now();
  auto sale = product("SALE", true);
  sale.online_from = to_ms(now + std::chrono::hours(1));
  sale.online_to = to_ms(now + std::chrono::hours(3));
  sale.sites = {{"fr", {}, to_ms(now + std::chrono::hours(2)), {}}};
  apply(std::vector<Product>{sale});
  EXPECT_TRUE(offline("de", "SALE"));
  told();
  auto step = catalog->pass_dates();
  ASSERT_TRUE(step);
  EXPECT_GT(step->later.count(), 0);
  EXPECT_TRUE(told().empty());
  clock.advance(std::chrono::hours(1));
  close_stores();
  open({"de", "fr"});
  EXPECT_EQ(told(), std::set<std::string>{"SALE"});
  EXPECT_FALSE(offline("de", "SALE"));
  EXPECT_TRUE(offline("fr", "SALE"));
  clock.advance(std::chrono::hours(1));
  ASSERT_TRUE(catalog->pass_dates());
  EXPECT_EQ(told(), std::set<std::string>{"SALE"});
  EXPECT_FALSE(offline("fr", "SALE"));
  clock.advance(std::chrono::hours(5));
  ASSERT_TRUE(catalog->pass_dates());
  EXPECT_TRUE(offline("de", "SALE"));
  EXPECT_TRUE(offline("fr", "SALE"));
  EXPECT_EQ(catalog->pass_dates()->later.count(), 0);  // nothing more to wait for
}

TEST_P(CatalogServiceTest, AnEmptyDateOfASiteClearsIt) {
  const auto import = [&](const std::string& dates) {
    const auto file = directory() / "catalog.xml";
    std::ofstream(file) << "<catalog><product product-id=\"A\">" << dates << "</product></catalog>";
    ImportTally tally;
    const CatalogImport how{*catalog, clock, nullptr, {}};
    const auto imported = import_catalog(file, how, tally);
    ASSERT_TRUE(imported) << imported.error().message;
    ASSERT_TRUE(tally.refused.empty()) << tally.refused.front().message;
  };
  import(R"(<online-from site-id="de">2099-01-01T00:00:00Z</online-from><online-to site-id="fr">2001-01-01T00:00:00Z</online-to>)");
  EXPECT_TRUE(offline("de", "A"));
  EXPECT_TRUE(offline("fr", "A"));
  import(R"(<brand>Pine</brand>)");
  EXPECT_TRUE(offline("fr", "A")) << "what a file does not say stays";
  import(R"(<online-to site-id="fr"/>)");
  EXPECT_FALSE(offline("fr", "A")) << "off for good by a date that was cleared";
  EXPECT_TRUE(offline("de", "A"));
  import(R"(<online-from site-id="de"/><online-to site-id="fr"/>)");
  EXPECT_FALSE(offline("de", "A"));
}

TEST_P(CatalogServiceTest, ANewSiteSellsNothingThatIsOffline) {
  apply({product("A", false), product("B", true)}, {"GONE"});
  close_stores();
  open({"de", "fr", "it"});
  EXPECT_TRUE(offline("it", "A"));
  EXPECT_TRUE(offline("it", "GONE"));
  EXPECT_FALSE(offline("it", "B"));
}

TEST_P(CatalogServiceTest, KnowsSetsAndBundlesByTheirMembers) {
  auto bundle = product("BUNDLE");
  bundle.bundle_members = {{"MUG", 2}, {"TEA", 1}};
  auto set = product("SET");
  set.set_members = {{"TEA", 1}, {"MUG", 1}};
  apply(std::vector<Product>{product("MUG"), product("TEA"), bundle, set});
  EXPECT_EQ(stock->groups_changed, (std::set<std::string>{"BUNDLE", "SET"}));
  auto groups = db().read([](db::Session& s) { return catalog_store::groups_of(s, {"TEA"}); });
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_EQ((*groups)[0].id, "SET");
  EXPECT_EQ((*groups)[1].members, (std::vector<Member>{{"MUG", 2}, {"TEA", 1}}));
  bundle.bundle_members = {{"MUG", 3}};
  apply(std::vector<Product>{bundle});
  groups = db().read([](db::Session& s) { return catalog_store::groups_of(s, {"BUNDLE"}); });
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ((*groups)[0].members, (std::vector<Member>{{"MUG", 3}}));
}

STOCKBELL_STORE_TESTS(CatalogServiceTest);

}  // namespace
}  // namespace stockbell::commerce
