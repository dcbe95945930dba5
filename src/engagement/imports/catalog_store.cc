#include "engagement/imports/catalog_store.h"

#include "sql/engagement_catalog.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_catalog;

std::span<const db::Migration> CatalogStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.catalog/1", statements::schema_1}};
  return kMigrations;
}

Result<> CatalogStore::save(db::Session& session, std::span<const CatalogItem> items) {
  std::vector<db::Params> batch;
  batch.reserve(items.size());
  for (const auto& item : items)
    batch.push_back({item.sku, item.product_id, item.master_id, item.name, item.variant_text,
                     item.link, item.image_link, item.price, item.sale_price, item.description,
                     item.row_hash});
  SB_CHECK(session.execute_batch(statements::upsert_item, batch));
  return {};
}

Result<std::optional<CatalogItem>> CatalogStore::find(db::Session& session,
                                                      const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_item, {sku}));
  if (!row) return std::optional<CatalogItem>();
  CatalogItem item;
  std::string* const fields[] = {
      &item.sku,  &item.product_id, &item.master_id, &item.name,       &item.variant_text,
      &item.link, &item.image_link, &item.price,     &item.sale_price, &item.description};
  for (std::size_t i = 0; i < std::size(fields); ++i) *fields[i] = row->text(i);
  return std::optional(std::move(item));
}

}  // namespace stockbell::engagement
