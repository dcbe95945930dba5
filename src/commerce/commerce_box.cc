#include "commerce/commerce_box.h"

#include "commerce/capture/capture_routes.h"
#include "commerce/catalog/catalog_import.h"
#include "commerce/feed/feed_routes.h"
#include "commerce/google_stock.h"
#include "commerce/import_jobs/job_routes.h"
#include "commerce/import_jobs/webdav_routes.h"
#include "commerce/imports/import_routes.h"
#include "commerce/inventory/inventory_import.h"
#include "commerce/stock_api/oci_import.h"
#include "platform/erasures/erasure_log.h"
#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

std::vector<std::string> site_keys(const Sites& sites) {
  std::vector<std::string> keys;
  for (const auto& site : sites.all()) keys.push_back(site.key);
  return keys;
}

}  // namespace

static std::vector<FeedTarget> feeds_of(const CommerceBox::Options& options) {
  if (!options.feeds.empty()) return options.feeds;
  return read_feed_targets("", options.sites, {}).value();
}

CommerceBox::CommerceBox(db::Database& database, const Clock& clock, Random& random,
                         Options options, Ports ports)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      ports_(ports),
      ids_(clock, random),
      stock_worker_(
          "stock-events", [this] { return tell_stock(); }, random, options_.stock_backoff),
      sweep_worker_(
          "stock-sweep", [this] { return sweep_stock(); }, random, options_.stock_backoff),
      stock_events_(database, clock, options_.sites, ports.stock_events),
      inventory_(database, clock, ids_, options_.sites,
                 [this] {
                   stock_worker_.wake();
                   sweep_worker_.wake();
                 }),
      catalog_(database, clock, random, inventory_, site_keys(options_.sites)),
      webhooks_(database, clock, options_.sites, catalog_, inventory_, ports.purchases),
      webhook_door_{webhooks_, options_.sites, options_.shopify, options_.woocommerce},
      capture_(
          database, clock, random, ids_, [this](const std::string& sku) { return sku_known(sku); },
          ports.intake, options_.intake_backoff),
      personal_data_(database, clock, capture_),
      door_(options_.front_door, options_.sites, clock, random),
      public_intake_(capture_, door_, options_.sites, clock,
                     [this](const std::string& sku) { return sku_known(sku); }),
      feed_(database, clock, random, ids_,
            {feeds_of(options_), options_.public_url, options_.data_dir / "feeds",
             options_.feed_interval, options_.open_sftp},
            ports.feed_upload),
      imports_(database, clock, ids_, options_.data_dir / "imports"),
      stock_api_{inventory_, imports_, ids_, random, options_.public_url},
      shop_{database, options_.assets,
            ShopPages(options_.assets,
                      {options_.sites.main().title, options_.public_url, options_.sites.main().key,
                       options_.sites.main().locales.front()}),
            options_.data_dir / "pictures", WidgetScripts::of(options_.assets, options_.sites)} {
  shop_.page_token = [this](std::string_view site, std::span<const std::string> skus) {
    return door_.page_tokens().issue(site, skus, clock_.now());
  };
  imports_.handle(ImportKind::catalog, [this](const std::filesystem::path& file,
                                              const ImportReport& asked, ImportTally& tally) {
    const CatalogImport how{catalog_, clock_, &options_.columns,
                            google_stock(inventory_, asked.list, tally)};
    auto imported = commerce::import_catalog(file, how, tally);
    // Engagement learns of new products at once, not at the next hour of the
    // schedule.
    if (tally.rows_changed > 0 && ports_.feed_upload)
      for (const auto& target : feeds_of(options_))
        if (target.kind == FeedTargetKind::engagement)
          (void)feed_.request_runs(target.key, FeedKind::incremental);
    return imported;
  });
  imports_.handle(ImportKind::availability,
                  [this](const std::filesystem::path& file, ImportTally& tally) {
                    return import_oci(file, inventory_, tally);
                  });
  imports_.handle(ImportKind::inventory, [this](const std::filesystem::path& file,
                                                const ImportReport& asked, ImportTally& tally) {
    const InventoryImport how{parse_enum<ImportMode>(asked.mode).value_or(ImportMode::merge),
                              asked.list, &options_.columns};
    return commerce::import_inventory(file, inventory_, tally, how);
  });
}

std::span<const db::Migration> CommerceBox::migrations() {
  static const std::vector<db::Migration> all = [] {
    std::vector<db::Migration> list;
    for (auto part :
         {import_store::migrations(), job_run_store::migrations(), catalog_store::migrations(),
          inventory_store::migrations(), OciSurface::migrations(), webhook_store::migrations(),
          capture_store::migrations(), feed_store::migrations(), jobs::JobQueue::migrations(),
          erasures::migrations()})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return all;
}

Result<OutboxStep> CommerceBox::tell_stock() {
  SB_CHECK(catalog_.follow_sites());
  return stock_events_.step();
}

Result<OutboxStep> CommerceBox::sweep_stock() {
  SB_CHECK(catalog_.follow_sites());
  if (!sites_compared_) SB_CHECK(inventory_.compare_sites());
  sites_compared_ = true;
  SB_TRY(more, inventory_.step());
  return OutboxStep{.more = more};
}

Result<bool> CommerceBox::sku_known(const std::string& sku) {
  SB_TRY(kind, database_.read([&](db::Session& s) { return catalog_store::sku_kind(s, sku); }));
  if (kind == catalog_store::SkuKind::master)
    return fail(
        ErrorCode::invalid, "sku-master",
        "this is a product with variants: choose a variant, such as a size, and send its SKU",
        "sku");
  return kind == catalog_store::SkuKind::item;
}

Result<> CommerceBox::open() {
  JournalOptions journal;
  journal.folder = options_.data_dir / "journal";
  journal.most_bytes = options_.intake_queue_bytes;
  SB_CHECK(capture_.open_journal(std::move(journal)));
  SB_TRY(impex, ImpexFolder::open(options_.data_dir / "impex" / "src"));
  impex_ = std::move(impex);
  for (const auto& job : options_.import_jobs) SB_CHECK(impex_->ensure_folder(job.folder));
  import_jobs_ = std::make_unique<ImportJobRunner>(
      database_, clock_, ids_, *impex_, options_.import_jobs,
      [this](const ImportJob& job, const std::filesystem::path& file) {
        return imports_.run_now(
            job.kind, file,
            job.kind == ImportKind::inventory ? std::string(to_text(job.mode)) : "");
      });
  return {};
}

void CommerceBox::start() {
  // A new site sells nothing that is offline, not for a moment. If the store is away now, the
  // workers below begin with it.
  if (auto followed = catalog_.follow_sites(); !followed)
    log::error("catalog-sites", {{"reason", followed.error().reason}});
  sweep_worker_.start();
  if (ports_.stock_events) stock_worker_.start();
  catalog_.start();
  capture_.start();
  imports_.start();
  if (import_jobs_) import_jobs_->start();
  feed_.start();
}

Result<> CommerceBox::run_due() {
  Result<> all;
  const auto empty = [&all](auto&& step) {
    for (bool more = true; more;) {
      const auto done = step();
      if (!done && all) all = fail(done.error());
      more = done && done->more;
    }
  };
  all = capture_.settle();
  empty([this] { return capture_.hand_over(); });
  empty([this] { return sweep_stock(); });
  empty([this] { return tell_stock(); });
  return all;
}

void CommerceBox::stop() {
  if (import_jobs_) import_jobs_->stop();
  imports_.stop();
  feed_.stop();
  capture_.stop();
  catalog_.stop();
  sweep_worker_.stop();
  stock_worker_.stop();
}

void CommerceBox::add_routes(http::Router& router) {
  add_stock_api(router, stock_api_);
  add_import_routes(router, imports_);
  if (import_jobs_) {
    add_job_routes(router, *import_jobs_);
    add_webdav_routes(router, *impex_, *import_jobs_);
  }
  add_webhook_routes(router, webhook_door_);
  add_capture_routes(router, public_intake_, capture_, capture_pages(shop_));
  add_klaviyo_routes(router, public_intake_, options_.klaviyo_companies);
  add_protection_routes(router, door_, options_.sites, clock_,
                        [this](const std::string& sku) { return sku_known(sku); });
  add_feed_routes(router, feed_);
  add_shop_routes(router, shop_);
}

Result<ImportReport> CommerceBox::import_catalog(const std::filesystem::path& file) {
  return imports_.run_now(ImportKind::catalog, file);
}

Result<ImportReport> CommerceBox::import_inventory(const std::filesystem::path& file,
                                                   ImportMode mode) {
  return imports_.run_now(ImportKind::inventory, file, std::string(to_text(mode)));
}

Result<FeedRun> CommerceBox::run_feed() {
  SB_CHECK(catalog_.follow_sites());
  return feed_.run_now();
}

}  // namespace stockbell::commerce
