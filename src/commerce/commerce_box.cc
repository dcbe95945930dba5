#include "commerce/commerce_box.h"

#include "commerce/capture/capture_routes.h"
#include "commerce/catalog/catalog_import.h"
#include "commerce/catalog/online_store.h"
#include "commerce/feed/feed_routes.h"
#include "commerce/imports/import_routes.h"
#include "commerce/inventory/inventory_import.h"
#include "commerce/inventory/inventory_routes.h"
#include "commerce/inventory/stock_event_outbox.h"
#include "platform/erasures/erasure_log.h"

namespace stockbell::commerce {
namespace {

std::vector<std::string> site_keys(const Sites& sites) {
  std::vector<std::string> keys;
  for (const auto& site : sites.all()) keys.push_back(site.key);
  return keys;
}

}  // namespace

CommerceBox::CommerceBox(db::Database& database, const Clock& clock, Random& random,
                         Options options, Ports ports)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      ports_(ports),
      ids_(clock, random),
      stock_worker_(
          "stock-events", [this] { return hand_over_stock(); }, random, options_.stock_backoff),
      inventory_(
          database, clock, ids_, [this](const std::string& sku) { return sku_known(sku); },
          [this] { stock_worker_.wake(); }),
      catalog_stock_(database),
      catalog_(database, clock, random, catalog_stock_, site_keys(options_.sites)),
      capture_(
          database, clock, random, ids_, [this](const std::string& sku) { return sku_known(sku); },
          ports.intake, options_.intake_backoff),
      personal_data_(database, clock, capture_),
      limiter_(clock, options_.rate_limit),
      feed_(database, clock, random, ids_,
            {options_.sites.main().key, options_.public_url, options_.data_dir / "feeds",
             options_.feed_interval},
            ports.feed_upload),
      imports_(database, clock, ids_, options_.data_dir / "imports"),
      shop_{database, options_.assets,
            ShopPages(options_.assets,
                      {options_.sites.main().title, options_.public_url, options_.sites.main().key,
                       options_.sites.main().locales.front()}),
            options_.data_dir / "pictures", WidgetScripts::of(options_.assets, options_.sites)} {
  imports_.handle(ImportKind::catalog,
                  [this](const std::filesystem::path& file, ImportTally& tally) {
                    auto imported = commerce::import_catalog(file, catalog_, tally);
                    // Engagement learns of new products at once, not at the next hour of the
                    // schedule.
                    if (tally.rows_changed > 0 && ports_.feed_upload) (void)feed_.request_run();
                    return imported;
                  });
  imports_.handle(ImportKind::inventory,
                  [this](const std::filesystem::path& file, ImportTally& tally) {
                    return commerce::import_inventory(file, inventory_, tally);
                  });
}

std::span<const db::Migration> CommerceBox::migrations() {
  static const std::vector<db::Migration> all = [] {
    std::vector<db::Migration> list;
    for (auto part :
         {import_store::migrations(), catalog_store::migrations(), inventory_store::migrations(),
          capture_store::migrations(), feed_store::migrations(), jobs::JobQueue::migrations(),
          erasures::migrations()})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return all;
}

// What is offline cannot be bought, whatever lies in the warehouse: Engagement hears that it is not
// in stock, as from the feed.
class OnlineStock final : public StockEvents {
 public:
  OnlineStock(db::Database& database, StockEvents& next) : database_(database), next_(next) {}
  Result<> observe(const std::vector<StockObservation>& observations) override {
    auto sellable = observations;
    auto looked_up = database_.read([&](db::Session& session) -> Result<> {
      for (auto& seen : sellable) {
        if (!seen.in_stock) continue;
        SB_TRY(offline, online_store::is_offline(session, seen.site, seen.sku));
        seen.in_stock = !offline;
      }
      return {};
    });
    SB_CHECK(looked_up);
    return next_.observe(sellable);
  }

 private:
  db::Database& database_;
  StockEvents& next_;
};

Result<OutboxStep> CommerceBox::hand_over_stock() {
  OnlineStock sellable(database_, *ports_.stock_events);
  return hand_over_stock_events(database_, sellable);
}

Result<bool> CommerceBox::sku_known(const std::string& sku) {
  return database_.read([&](db::Session& s) { return catalog_store::sku_exists(s, sku); });
}

Result<> CommerceBox::open() {
  JournalOptions journal;
  journal.folder = options_.data_dir / "journal";
  journal.most_bytes = options_.intake_queue_bytes;
  return capture_.open_journal(std::move(journal));
}

void CommerceBox::start() {
  sweep_worker_.start();
  if (ports_.stock_events) stock_worker_.start();
  catalog_.start();
  capture_.start();
  imports_.start();
  feed_.start();
}

void CommerceBox::stop() {
  imports_.stop();
  feed_.stop();
  capture_.stop();
  catalog_.stop();
  stock_worker_.stop();
}

void CommerceBox::add_routes(http::Router& router) {
  add_inventory_routes(router, inventory_);
  add_import_routes(router, imports_);
  add_capture_routes(router, capture_, limiter_, clock_, options_.sites, capture_pages(shop_));
  add_feed_routes(router, feed_);
  add_shop_routes(router, shop_);
}

Result<ImportReport> CommerceBox::import_catalog(const std::filesystem::path& file) {
  return imports_.run_now(ImportKind::catalog, file);
}

Result<ImportReport> CommerceBox::import_inventory(const std::filesystem::path& file) {
  return imports_.run_now(ImportKind::inventory, file);
}

Result<FeedRun> CommerceBox::run_feed() { return feed_.run_now(); }

}  // namespace stockbell::commerce
