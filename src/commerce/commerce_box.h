// The commerce box: catalog, stock, the shopper's form, the feed job and the demo shop, over one
// store. The application makes one, joins it to its neighbours by Ports, starts and stops it.
// Thread-safe after start(). Steps 1-3, 8, 9.
#pragma once
#include <memory>

#include "commerce/capture/capture_privacy.h"
#include "commerce/capture/capture_service.h"
#include "commerce/capture/klaviyo_routes.h"
#include "commerce/capture/public_intake.h"
#include "commerce/catalog/catalog_service.h"
#include "commerce/feed/feed_service.h"
#include "commerce/import_jobs/import_job_runner.h"
#include "commerce/imports/column_names.h"
#include "commerce/imports/import_service.h"
#include "commerce/inventory/inventory_service.h"
#include "commerce/inventory/stock_event_outbox.h"
#include "commerce/sites/sites.h"
#include "commerce/stock_api/stock_api.h"
#include "commerce/storefront/shop_routes.h"
#include "commerce/webhooks/webhook_routes.h"
#include "contracts/feed_upload.h"
#include "contracts/notification_intake.h"
#include "contracts/stock_events.h"

namespace stockbell::commerce {

class CommerceBox {
 public:
  // Null: that neighbour is away; what is meant for it waits in the store.
  struct Ports {
    NotificationIntake* intake = nullptr;
    StockEvents* stock_events = nullptr;
    FeedUpload* feed_upload = nullptr;
    Purchases* purchases = nullptr;
  };
  struct Options {
    Sites sites = Sites::one({});
    std::string public_url;               // without a slash at the end
    std::filesystem::path data_dir;       // imports/, feeds/ and pictures/ are made in it
    ColumnNames columns;                  // headers of delimited files
    WebhookSecrets shopify, woocommerce;  // none: those webhooks are refused
    Assets assets;                        // the files of web/
    std::vector<ImportJob> import_jobs;   // over data_dir/impex/src
    std::chrono::milliseconds feed_interval{900'000};  // 0: only on demand
    std::vector<FeedTarget> feeds;  // empty: one, to Engagement, for the first site
    std::function<Result<std::unique_ptr<FeedUpload>>(const std::string& url)> open_sftp;
    FrontDoorOptions front_door;  // of the public form
    KlaviyoCompanies klaviyo_companies;
    Backoff intake_backoff, stock_backoff;
    std::uint64_t intake_queue_bytes = 512
                                       << 20;  // of requests acknowledged and not yet handed over
  };

  CommerceBox(db::Database& database, const Clock& clock, Random& random, Options options,
              Ports ports);
  ~CommerceBox() { stop(); }
  static std::span<const db::Migration> migrations();

  // Opens the journal of requests and the folder of import jobs below data_dir; before anything
  // else.
  Result<> open();
  // What the journal holds goes to the CRM or into the store: before a backup of the store.
  Result<> settle_requests() { return capture_.settle(); }
  void start();  // goes on with everything that waits in the store
  void stop();
  // In place of start(), for tests and simulations: the form is answered, and each run_due() hands
  // over everything that is due, on this thread. The first error; the other arrows are tried all
  // the same.
  void start_intake() { capture_.start_journal(); }
  Result<> run_due();
  void add_routes(http::Router& router);  // the box must outlive the router

  PersonalData& personal_data() { return personal_data_; }

  http::Response refusal_page(int status) const { return commerce::refusal_page(shop_, status); }

  // Here and now, for the command line; over HTTP files are queued.
  Result<ImportReport> import_catalog(const std::filesystem::path& file);
  Result<ImportReport> import_inventory(const std::filesystem::path& file,
                                        ImportMode mode = ImportMode::merge);
  Result<FeedRun> run_feed();

 private:
  Result<bool> sku_known(const std::string& sku);
  Result<OutboxStep> tell_stock();
  Result<OutboxStep> sweep_stock();

  db::Database& database_;
  const Clock& clock_;
  Options options_;
  Ports ports_;
  IdGenerator ids_;
  OutboxWorker stock_worker_, sweep_worker_;
  StockEventOutbox stock_events_;
  InventoryService inventory_;
  bool sites_compared_ = false;  // by the sweep worker's thread
  CatalogService catalog_;
  WebhookService webhooks_;
  WebhookDoor webhook_door_;
  CaptureService capture_;
  CapturePersonalData personal_data_;
  FrontDoor door_;
  PublicIntake public_intake_;
  FeedService feed_;
  ImportService imports_;
  OciSurface stock_api_;
  std::optional<ImpexFolder> impex_;
  std::unique_ptr<ImportJobRunner> import_jobs_;
  Shop shop_;
};

}  // namespace stockbell::commerce
