// The use cases of the catalog: apply a batch of changes, and take items on- and offline when their
// dates pass. Each is one transaction together with the stock events that follow from it. A worker
// sleeps until the next date; the dates lie in the store, so a restart goes on with them.
// Thread-safe. Steps 8 and 9.
#pragma once
#include <mutex>

#include "base/clock.h"
#include "commerce/catalog/catalog_store.h"
#include "commerce/catalog/sellable_stock.h"
#include "commerce/outbox/outbox_worker.h"

namespace stockbell::commerce {

class CatalogService {
 public:
  // `sites`: the keys of all sites served.
  CatalogService(db::Database& database, const Clock& clock, Random& random, SellableStock& stock,
                 std::vector<std::string> sites);

  // Rows changed.
  Result<std::int64_t> apply(const catalog_store::CatalogChanges& changes);
  // In a transaction that the caller opened by SellableStock::change.
  Result<std::int64_t> apply(db::Session& session, const catalog_store::CatalogChanges& changes,
                             CatalogEffect& effect);
  Result<bool> item_exists(const std::string& sku);

  // Derives what is offline anew when the sites are others than the last time; then costs nothing.
  // Before anybody reads what is offline: until then a new site would sell it.
  Result<> follow_sites();
  void start();
  void stop() { worker_.stop(); }
  // One step of the worker: what passed since the last one. Repeating it is harmless.
  Result<OutboxStep> pass_dates();

 private:
  db::Database& database_;
  const Clock& clock_;
  SellableStock& stock_;
  std::vector<std::string> sites_;
  std::mutex following_;
  bool sites_followed_ = false;
  OutboxWorker worker_;
};

}  // namespace stockbell::commerce
