// What shops' webhooks said: deliveries seen, versions of products, which item has which SKU, and
// stock levels (kept also of items whose product is not known yet). Stateless; each function runs in
// the caller's transaction. Step 8.
#pragma once
#include <span>

#include "commerce/webhooks/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::webhook_store {

// Whose rows: two shops may use the same ids.
struct Shop {
  ShopSystem system = ShopSystem::shopify;
  std::string site;
};

struct StoredItem {
  std::string item, product_id, variant_id, sku;
  bool owner = true;  // the SKU is this item's; false: another product has it (a copy, a draft)
  bool online = true;
  ShopStock stock;
};

// The location of the row that says whether an item is tracked: available 1 or 0.
inline constexpr std::string_view kTracking = "";

std::span<const db::Migration> migrations();

Result<bool> delivery_seen(db::Session& session, const Shop& shop, const std::string& id);
// Forgets those of more than a week ago on the way.
Result<> note_delivery(db::Session& session, const Shop& shop, const std::string& id, Time now);

// False: a later version is known already.
Result<bool> take_version(db::Session& session, const Shop& shop, const std::string& product,
                          Time at, bool whatever_was = false);

Result<std::vector<StoredItem>> items_of_product(db::Session& session, const Shop& shop,
                                                 const std::string& product);
Result<std::vector<StoredItem>> items_of_sku(db::Session& session, const Shop& shop,
                                             const std::string& sku);
Result<std::optional<StoredItem>> find_item(db::Session& session, const Shop& shop,
                                            const std::string& item);
Result<std::optional<StoredItem>> find_variant(db::Session& session, const Shop& shop,
                                               const std::string& variant);
Result<> put_item(db::Session& session, const Shop& shop, const StoredItem& item);
Result<> delete_item(db::Session& session, const Shop& shop, const std::string& item);

Result<std::vector<ShopLevel>> levels_of(db::Session& session, const Shop& shop,
                                         const std::string& item);
// False: a later level is known already.
Result<bool> put_level(db::Session& session, const Shop& shop, const ShopLevel& level);
Result<> delete_levels(db::Session& session, const Shop& shop, const std::string& item);

}  // namespace stockbell::commerce::webhook_store
