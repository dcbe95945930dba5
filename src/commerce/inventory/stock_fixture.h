// Tests of what a site sells and what Engagement is told of it: stock, catalog and the outbox over
// one store, as the commerce box joins them. One thread; the clock stands unless a test moves it.
#pragma once
#include <fstream>

#include "commerce/catalog/catalog_service.h"
#include "commerce/inventory/inventory_import.h"
#include "commerce/inventory/stock_event_outbox.h"
#include "support/store.h"

namespace stockbell::commerce {

class StockFixture : public stockbell::testing::StoreTest, protected StockEvents {
 protected:
  using Told = std::vector<std::string>;

  void SetUp() override {
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    ASSERT_TRUE(db().migrate(inventory_store::migrations()));
    open({Site{}});
  }
  // A start with these sites, over what the store holds.
  void open(std::vector<Site> configured) {
    catalog.reset();
    stock.reset();
    sites = Sites::create(std::move(configured)).value();
    stock.emplace(db(), clock, ids, *sites, [] {});
    std::vector<std::string> keys;
    for (const auto& site : sites->all()) keys.push_back(site.key);
    catalog.emplace(db(), clock, random, *stock, keys);
    ASSERT_TRUE(stock->compare_sites());
    ASSERT_TRUE(catalog->pass_dates());
    work();
  }
  void work() {
    auto more = stock->step();
    while (more && *more) more = stock->step();
    ASSERT_TRUE(more) << more.error().message;
  }

  static StockRecord units(const std::string& sku, std::int64_t allocation) {
    StockRecord record;
    record.sku = sku;
    record.allocation = allocation;
    return record;
  }
  void put(const StockRecord& record) {
    StockChange change;
    change.list = record.list;
    change.sku = record.sku;
    change.allocation = record.allocation;
    change.preorder_allocation = record.preorder_allocation;
    change.handling = record.handling;
    change.reserved = record.reserved;
    change.safety_stock = record.safety_stock;
    apply(change);
  }
  void put(const std::string& sku, std::int64_t allocation) { put(units(sku, allocation)); }
  void apply(const StockChange& change) {
    ImportTally tally;
    auto applied = stock->apply({change}, tally);
    ASSERT_TRUE(applied) << applied.error().message;
    ASSERT_TRUE(tally.refused.empty()) << tally.refused.front().message;
  }
  void put_list(bool default_in_stock, bool bundle_inventory_only = false) {
    InventoryList list;
    list.default_in_stock = default_in_stock;
    list.use_bundle_inventory_only = bundle_inventory_only;
    auto kept = stock->put_list(list);
    ASSERT_TRUE(kept) << kept.error().message;
    work();
  }
  ImportTally import(std::string_view content, ImportMode mode = ImportMode::merge) {
    const auto file = directory() / "stock";
    std::ofstream(file, std::ios::binary) << content;
    ImportTally tally;
    auto imported = import_inventory(file, *stock, tally, {mode});
    error = imported ? "" : imported.error().reason;
    return tally;
  }

  static Product product(const std::string& id, Said<bool> online = {}) {
    Product made;
    made.id = id;
    made.online = online;
    return made;
  }
  void sell(std::vector<Product> products, std::vector<Variation> variations = {},
            std::vector<std::string> removed = {}) {
    catalog_store::CatalogChanges changes;
    changes.products = std::move(products);
    changes.variations = std::move(variations);
    changes.removed = std::move(removed);
    auto applied = catalog->apply(changes);
    ASSERT_TRUE(applied) << applied.error().message;
  }

  // "in_stock 5 5": availability, units from stock, units that can be ordered.
  std::string level(const std::string& sku, const std::string& site = "default") {
    auto items = stock->availability(*sites->find(site), {sku});
    if (!items) return items.error().message;
    const auto& of = items->front().level;
    return fmt::format("{} {} {}", to_text(of.availability), of.ats, of.orderable);
  }
  // What Engagement is told since the last call, by SKU: "A in 5", "B out 0".
  Told told() {
    StockEventOutbox outbox(db(), clock, *sites, this);
    auto step = outbox.step();
    while (step && step->more) step = outbox.step();
    EXPECT_TRUE(step);
    auto all = std::exchange(heard_, {});
    std::ranges::sort(all);
    return all;
  }

  std::string error;
  std::optional<Sites> sites;
  std::optional<InventoryService> stock;
  std::optional<CatalogService> catalog;

 private:
  Result<> observe(const std::vector<StockObservation>& observations) override {
    for (const auto& seen : observations)
      heard_.push_back(fmt::format("{} {} {}", seen.sku, seen.in_stock ? "in" : "out", seen.ats));
    return {};
  }
  Told heard_;
};

}  // namespace stockbell::commerce
