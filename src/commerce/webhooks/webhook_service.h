// Keeps what shops' webhooks say: products in the catalog, levels in the inventory lists, orders as
// purchases. When a call returns, all of it is committed; calling it again changes nothing, so a
// crash in between is mended by the shop's next try. What is older than what is known changes
// nothing. Thread-safe; calls take turns. Step 8.
#pragma once
#include <mutex>

#include "commerce/catalog/catalog_service.h"
#include "commerce/inventory/inventory_service.h"
#include "commerce/webhooks/webhook_rules.h"
#include "contracts/purchases.h"

namespace stockbell::commerce {

class WebhookService {
 public:
  // Null purchases: the CRM is away.
  WebhookService(db::Database& database, const Clock& clock, const Sites& sites,
                 CatalogService& catalog, InventoryService& inventory, Purchases* purchases)
      : database_(database),
        clock_(clock),
        sites_(sites),
        catalog_(catalog),
        inventory_(inventory),
        purchases_(purchases) {}

  using Shop = webhook_store::Shop;
  Result<> put_product(const Shop& shop, const ShopProduct& product);
  Result<> remove_product(const Shop& shop, const std::string& id, Time at);
  Result<> put_level(const Shop& shop, const ShopLevel& level);
  Result<> put_tracking(const Shop& shop, const std::string& item, bool tracked, Time at);
  // Error: unavailable when a purchase may not have been kept.
  Result<> record(const Shop& shop, const ShopOrder& order);

  Result<bool> seen(const Shop& shop, const std::string& delivery);
  Result<> note(const Shop& shop, const std::string& delivery);
  Time now() const { return clock_.now(); }

 private:
  Result<CatalogEffect> write_product(db::Session& session, const Shop& shop,
                                      const ShopProduct& product,
                                      std::vector<webhook_store::StoredItem>& items);
  Result<webhook_store::StoredItem> place(db::Session& session, const Shop& shop,
                                          const ShopProduct& product, const ShopVariant& variant);
  Result<> apply_stock(const Shop& shop, const std::vector<webhook_store::StoredItem>& items);

  db::Database& database_;
  const Clock& clock_;
  const Sites& sites_;
  CatalogService& catalog_;
  InventoryService& inventory_;
  Purchases* purchases_;
  std::mutex turns_;
};

}  // namespace stockbell::commerce
