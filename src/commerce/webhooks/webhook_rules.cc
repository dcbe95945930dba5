#include "commerce/webhooks/webhook_rules.h"

#include <algorithm>

namespace stockbell::commerce {
namespace {

StockChange change_of(const std::string& list, const std::string& sku) {
  StockChange change;
  change.list = list;
  change.sku = sku;
  return change;
}

// `units` in stock, and as many more as anybody wants on back-order if the shop goes on selling.
StockChange counted(const std::string& list, const std::string& sku, std::int64_t units,
                    bool backorder) {
  auto change = change_of(list, sku);
  change.allocation = std::max<std::int64_t>(0, units);
  change.perpetual = false;
  change.handling = backorder ? PreorderHandling::backorder : PreorderHandling::none;
  change.preorder_allocation = backorder ? kPerpetualUnits : 0;
  return change;
}

StockChange uncounted(const std::string& list, const std::string& sku, ShopStock::State state) {
  if (state == ShopStock::State::out_of_stock) return counted(list, sku, 0, false);
  if (state == ShopStock::State::backorder) return counted(list, sku, 0, true);
  auto change = counted(list, sku, 0, false);
  change.perpetual = true;
  return change;
}

// What all locations have, as the shop itself counts an item: units owed at one are not for sale at
// another. Empty: it is stocked nowhere any more.
std::optional<std::int64_t> sum_of(const std::vector<ShopLevel>& levels) {
  std::optional<std::int64_t> sum;
  for (const auto& level : levels)
    if (level.location != webhook_store::kTracking && level.available)
      sum = sum.value_or(0) + *level.available;
  return sum;
}

}  // namespace

std::vector<StockChange> stock_changes(const webhook_store::StoredItem& item,
                                       const std::vector<ShopLevel>& levels,
                                       const std::vector<std::string>& lists_of_site) {
  std::vector<StockChange> changes;
  if (!item.owner) return changes;
  const auto& first_list = lists_of_site.front();
  const auto& sku = item.sku;
  bool tracked = item.stock.tracked, first_has_level = false, any_level = false,
       any_sold = false;
  for (const auto& level : levels)
    if (level.location == webhook_store::kTracking)
      tracked = tracked && level.available.value_or(1) != 0;
  if (!tracked) {
    changes.push_back(uncounted(first_list, sku, item.stock.state));
    return changes;
  }
  for (const auto& level : levels) {
    if (level.location == webhook_store::kTracking) continue;
    any_level = true;
    any_sold = any_sold || std::ranges::find(lists_of_site, level.location) != lists_of_site.end();
    first_has_level = first_has_level || level.location == first_list;
    changes.push_back(
        counted(level.location, sku, level.available.value_or(0), item.stock.backorder));
    changes.back().remove = !level.available;
  }
  if (!any_level && item.stock.quantity)
    changes.push_back(counted(first_list, sku, *item.stock.quantity, item.stock.backorder));
  if (any_level && !any_sold) {
    const auto sum = sum_of(levels);
    changes = {counted(first_list, sku, sum.value_or(0), item.stock.backorder)};
    changes.back().remove = !sum;
  } else if (any_level && !first_has_level) {  // what it held before the first level came
    changes.push_back(change_of(first_list, sku));
    changes.back().remove = true;
  }
  return changes;
}

std::string master_id(const ShopProduct& product) {
  return product.parent_id.empty() ? product.id : product.parent_id;
}

void add_to_catalog(const ShopProduct& product, const std::vector<webhook_store::StoredItem>& items,
                    catalog_store::CatalogChanges& changes) {
  Product shared;
  shared.name = product.name;
  shared.short_description = product.short_description;
  shared.description = product.description;
  if (!product.brand.empty()) shared.brand = product.brand;
  if (!product.category.empty()) shared.category = product.category;
  shared.image = product.image;
  shared.online = product.online;
  if (product.is_master) {
    shared.id = product.id;
    shared.is_master = true;
    changes.products.push_back(shared);
  }
  std::int64_t position = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& variant = product.variants[i];
    if (!items[i].owner) continue;
    Product row = shared;
    row.id = items[i].sku;
    row.is_master = false;
    if (product.is_master || !variant.image.empty()) row.image = variant.image;
    row.color = variant.color;
    row.size = variant.size;
    row.price_minor = variant.price_minor.value_or(kCleared);
    row.sale_price_minor = variant.sale_price_minor.value_or(kCleared);
    changes.products.push_back(std::move(row));
    if (product.is_master || !product.parent_id.empty())
      changes.variations.push_back({master_id(product), items[i].sku, position++});
  }
}

}  // namespace stockbell::commerce
