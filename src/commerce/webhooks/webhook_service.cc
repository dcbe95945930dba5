#include "commerce/webhooks/webhook_service.h"

#include <set>

#include "commerce/inventory/inventory_rules.h"
#include "platform/log/log.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using webhook_store::Shop;
using webhook_store::StoredItem;

}  // namespace

// Which SKU is the variant's. A copy of a product has the SKUs of the original (Shopify) and is a
// draft at first: the SKU stays with the product that is for sale. Variations that share their
// parent's SKU are told apart by their ids.
Result<StoredItem> WebhookService::place(db::Session& session, const Shop& shop,
                                         const ShopProduct& product, const ShopVariant& variant) {
  StoredItem item{variant.key, master_id(product), variant.variant_id,
                  variant.sku, true,               product.online,
                  variant.stock};
  if (!parse_sku(item.sku)) item.sku = variant.variant_id;
  SB_TRY(others, webhook_store::items_of_sku(session, shop, item.sku));
  for (auto& other : others) {
    if (!other.owner || other.item == item.item) continue;
    if (other.product_id == item.product_id) {
      item.sku = variant.variant_id;
    } else if (item.online && !other.online) {
      other.owner = false;
      SB_CHECK(webhook_store::put_item(session, shop, other));
    } else {
      item.owner = false;
    }
  }
  return item;
}

Result<CatalogEffect> WebhookService::write_product(db::Session& session, const Shop& shop,
                                                    const ShopProduct& product,
                                                    std::vector<StoredItem>& items) {
  items.clear();  // the unit may run again
  CatalogEffect effect;
  SB_TRY(current, webhook_store::take_version(session, shop, product.id, product.updated_at,
                                              product.restored));
  if (!current) return effect;
  SB_TRY(known, webhook_store::items_of_product(session, shop, master_id(product)));
  catalog_store::CatalogChanges changes;
  std::set<std::string> keys, skus;
  for (const auto& variant : product.variants) {
    SB_TRY(item, place(session, shop, product, variant));
    SB_CHECK(webhook_store::put_item(session, shop, item));
    keys.insert(item.item);
    skus.insert(item.sku);
    items.push_back(item);
  }
  for (auto& before : known) {
    const bool listed = keys.contains(before.item);
    // A simple product that became a master is no item any more.
    const bool gone = product.all_variants ? !listed : product.is_master && before.item == product.id;
    if (gone) SB_CHECK(webhook_store::delete_item(session, shop, before.item));
    if ((gone || listed) && before.owner && !skus.contains(before.sku))
      changes.removed.push_back(before.sku);  // also a SKU that was changed
    if (!gone && !listed && before.stock.of_parent && product.shared_stock) {
      before.stock = *product.shared_stock;
      before.stock.of_parent = true;
      SB_CHECK(webhook_store::put_item(session, shop, before));
    }
  }
  std::vector<StoredItem> shared;
  for (const auto& before : known)
    if (!keys.contains(before.item) && before.stock.of_parent && product.shared_stock)
      shared.push_back(before);
  add_to_catalog(product, items, changes);
  items.insert(items.end(), shared.begin(), shared.end());
  SB_CHECK(catalog_.apply(session, changes, effect));
  return effect;
}

Result<> WebhookService::put_product(const Shop& shop, const ShopProduct& product) {
  std::lock_guard lock(turns_);
  std::vector<StoredItem> items;
  const SellableStock::Unit unit = [&](db::Session& session) {
    return write_product(session, shop, product, items);
  };
  SB_CHECK(inventory_.change(unit));
  return apply_stock(shop, items);
}

Result<> WebhookService::remove_product(const Shop& shop, const std::string& id, Time at) {
  std::lock_guard lock(turns_);
  const SellableStock::Unit unit = [&](db::Session& session) -> Result<CatalogEffect> {
    CatalogEffect effect;
    SB_TRY(current, webhook_store::take_version(session, shop, id, at));
    if (!current) return effect;
    SB_TRY(items, webhook_store::items_of_product(session, shop, id));
    // A WooCommerce variation is deleted under its own id.
    SB_TRY(alone, webhook_store::find_item(session, shop, id));
    if (alone && items.empty()) items.push_back(*alone);
    catalog_store::CatalogChanges changes;
    for (const auto& item : items) {
      if (item.owner) changes.removed.push_back(item.sku);
      SB_CHECK(webhook_store::delete_item(session, shop, item.item));
      SB_CHECK(webhook_store::delete_levels(session, shop, item.item));
    }
    changes.removed.push_back(id);  // the master, if it was one
    SB_CHECK(catalog_.apply(session, changes, effect));
    return effect;
  };
  return inventory_.change(unit);
}

Result<> WebhookService::put_level(const Shop& shop, const ShopLevel& level) {
  std::lock_guard lock(turns_);
  std::optional<StoredItem> item;
  SB_CHECK(database_.write([&](db::Session& session) -> Result<> {
    item.reset();
    SB_TRY(current, webhook_store::put_level(session, shop, level));
    if (!current) return {};
    SB_TRY(found, webhook_store::find_item(session, shop, level.item));
    item = found;
    return {};
  }));
  if (level.location != webhook_store::kTracking && sites_.selling_from(level.location).empty())
    log::warning("webhook-location-unlisted",
                 {{"site", shop.site}, {"location", level.location}});
  return item ? apply_stock(shop, {*item}) : Result<>{};
}

Result<> WebhookService::put_tracking(const Shop& shop, const std::string& item, bool tracked,
                                      Time at) {
  return put_level(shop, {item, std::string(webhook_store::kTracking), tracked ? 1 : 0, at});
}

Result<> WebhookService::apply_stock(const Shop& shop, const std::vector<StoredItem>& items) {
  const auto* site = sites_.find(shop.site);
  const auto& lists = (site ? *site : sites_.main()).inventory_lists;
  std::vector<StockChange> changes;
  ImportTally tally;
  SB_CHECK(database_.read([&](db::Session& session) -> Result<> {
    for (const auto& item : items) {
      SB_TRY(levels, webhook_store::levels_of(session, shop, item.item));
      for (auto& change : stock_changes(item, levels, lists)) changes.push_back(std::move(change));
    }
    return {};
  }));
  for (std::size_t at = 0; at < changes.size(); at += kStockBatch) {
    const auto end = std::min(changes.size(), at + kStockBatch);
    SB_CHECK(inventory_.apply({changes.begin() + static_cast<std::ptrdiff_t>(at),
                               changes.begin() + static_cast<std::ptrdiff_t>(end)},
                              tally));
  }
  return {};
}

Result<> WebhookService::record(const Shop& shop, const ShopOrder& order) {
  const auto address = text::parse_email(order.email);
  if (!address) return {};  // bought at a till, or by telephone
  if (!purchases_)
    return fail(ErrorCode::unavailable, "crm-away", "the CRM that keeps purchases is away");
  for (const auto& line : order.lines) {
    auto sku = line.sku;
    if (!line.variant_id.empty()) {
      SB_TRY(item, database_.read([&](db::Session& session) {
        return webhook_store::find_variant(session, shop, line.variant_id);
      }));
      if (item) sku = item->sku;
    }
    if (sku.empty()) sku = line.variant_id;
    if (!parse_sku(sku)) continue;
    Purchase purchase{address->address,
                      address->normalized,
                      sku,
                      shop.site,
                      std::string(to_text(shop.system)) + ":" + order.id,
                      order.at,
                      line.quantity};
    const auto kept = purchases_->record(purchase);
    if (!kept && kept.error().temporary()) return kept;
    if (!kept)
      log::warning("webhook-purchase-refused",
                   {{"order", purchase.order_id}, {"reason", kept.error().reason}});
  }
  return {};
}

Result<bool> WebhookService::seen(const Shop& shop, const std::string& delivery) {
  if (delivery.empty()) return false;
  return database_.read(
      [&](db::Session& s) { return webhook_store::delivery_seen(s, shop, delivery); });
}

Result<> WebhookService::note(const Shop& shop, const std::string& delivery) {
  if (delivery.empty() || delivery.size() > 200) return {};
  return database_.write([&](db::Session& s) {
    return webhook_store::note_delivery(s, shop, delivery, clock_.now());
  });
}

}  // namespace stockbell::commerce
