// Rows of products and variation groups. Used by the catalog importer and by who must know whether
// a SKU exists. Stateless.
#pragma once
#include <span>
#include <vector>

#include "commerce/catalog/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::catalog_store {

// What one batch of a catalog file says.
struct CatalogChanges {
  std::vector<Product> products;
  std::vector<std::string> removed;
  std::vector<Variation> variations;
  std::vector<std::pair<std::string, std::string>>
      categories;  // product, name: for products without one
  std::size_t size() const {
    return products.size() + removed.size() + variations.size() + categories.size();
  }
};

std::span<const db::Migration> migrations();
Result<std::int64_t> apply(db::Session& session, const CatalogChanges& changes);  // rows changed
// Reads a row of the view item joined with its stock: sku, product_id, is_variant, name,
// short_description, description, brand, category, image, online, color, size, price_minor,
// sale_price_minor, currency, availability, ats, changed_at.
Item item_of(const db::Row& row, bool in_stock_by_default);
Result<bool> sku_exists(db::Session& session, const std::string& sku);
Result<bool> sku_offline(db::Session& session,
                         const std::string& sku);  // known, and not for sale now

}  // namespace stockbell::commerce::catalog_store
