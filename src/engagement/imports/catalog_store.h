// The catalog data extension: what the last feed said about each SKU. Written by imports, read when
// messages are rendered. Stateless; every method runs inside the caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "platform/db/database.h"

namespace stockbell::engagement {

struct CatalogItem {
  std::string sku, product_id, master_id, name, variant_text;
  std::string link, image_link;   // http or https, or empty
  std::string price, sale_price;  // as shown: "€ 59.00"
  std::string description;
  std::int64_t row_hash = 0;  // of everything above
};

class CatalogStore {
 public:
  static std::span<const db::Migration> migrations();
  Result<> save(db::Session& session, std::span<const CatalogItem> items);
  Result<std::optional<CatalogItem>> find(db::Session& session, const std::string& sku);
};

}  // namespace stockbell::engagement
