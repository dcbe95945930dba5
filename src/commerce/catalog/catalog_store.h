// Rows of products, variation groups, sets and bundles. Used by CatalogService and by who must know
// what a SKU is. Stateless; each function runs in the caller's transaction.
#pragma once
#include <map>
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

// The number of the last transaction that changed products; each changed one holds its own as
// changed_seq (a master stands for its variants, removed_product for what is gone).
Result<std::int64_t> next_sequence(db::Session& session);
Result<std::int64_t> last_sequence(db::Session& session);
// These items look different now for another reason than their own row: they went on- or offline.
Result<> touch(db::Session& session, const std::vector<std::string>& skus);

enum class SkuKind { unknown, master, item };
Result<SkuKind> sku_kind(db::Session& session, const std::string& sku);
Result<bool> sku_exists(db::Session& session, const std::string& sku);  // an item, not a master

// The sets and bundles that these SKUs or their masters are members of, and those that are
// themselves among them; each with all its members. In a set variants stand for a master.
Result<std::vector<ProductGroup>> groups_of(db::Session& session,
                                            const std::vector<std::string>& skus);
// Those of `ids` that are masters, with their variants.
Result<std::map<std::string, std::vector<std::string>>> variants_of(
    db::Session& session, const std::vector<std::string>& ids);
Result<std::vector<ProductText>> texts_of(db::Session& session, const std::string& id);
Result<std::vector<ProductImage>> images_of(db::Session& session, const std::string& id);

}  // namespace stockbell::commerce::catalog_store
