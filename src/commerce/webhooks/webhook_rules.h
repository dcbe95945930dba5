// What a shop's item and its levels mean for the inventory lists of a site, and what its product
// means for the catalog. Pure. Step 8.
#pragma once
#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/stock_change.h"
#include "commerce/webhooks/webhook_store.h"

namespace stockbell::commerce {

// A list for each location with a level; the first of the site's lists for what has no location:
// untracked items, and the quantity of a product of which no level was ever told. A site that sells
// from none of the locations that have levels has the units of all of them in its first list.
// Back-order is its own state: it never counts as stock. Nothing for an item whose SKU is another's.
std::vector<StockChange> stock_changes(const webhook_store::StoredItem& item,
                                       const std::vector<ShopLevel>& levels,
                                       const std::vector<std::string>& lists_of_site);

// The catalog's rows of a product and of those of its variants that own their SKU (`items`, in the
// order of its variants).
void add_to_catalog(const ShopProduct& product, const std::vector<webhook_store::StoredItem>& items,
                    catalog_store::CatalogChanges& changes);

// The id that the catalog has for what groups variants.
std::string master_id(const ShopProduct& product);

}  // namespace stockbell::commerce
