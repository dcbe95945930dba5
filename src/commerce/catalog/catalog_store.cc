#include "commerce/catalog/catalog_store.h"

#include "sql/commerce_catalog.sql.h"

namespace stockbell::commerce::catalog_store {
namespace {

namespace sql = stockbell::sql::commerce_catalog;

Result<std::int64_t> run(db::Session& session, const db::Statement& statement,
                         const std::vector<db::Params>& batch) {
  if (batch.empty()) return 0;
  return session.execute_batch(statement, batch);
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"catalog/1", sql::schema}};
  return kMigrations;
}

Result<std::int64_t> apply(db::Session& session, const CatalogChanges& changes) {
  std::vector<db::Params> products, removed, variations, categories;
  for (const auto& p : changes.products)
    products.push_back({p.id, p.is_master ? 1 : 0, p.name, p.short_description, p.description,
                        p.brand, p.category, p.image, p.online ? 1 : 0, p.color, p.size,
                        p.price_minor, p.sale_price_minor, p.currency});
  for (const auto& id : changes.removed) removed.push_back({id});
  for (const auto& v : changes.variations) variations.push_back({v.sku, v.master, v.position});
  for (const auto& [id, name] : changes.categories) categories.push_back({id, name});
  SB_TRY(upserted, run(session, sql::upsert_product, products));
  SB_TRY(deleted, run(session, sql::delete_product, removed));
  SB_CHECK(run(session, sql::upsert_variation, variations));
  SB_CHECK(run(session, sql::assign_category, categories));
  return upserted + deleted;
}

Result<bool> sku_exists(db::Session& session, const std::string& sku) {
  SB_TRY(row, session.query_one(sql::sku_exists, {sku}));
  return row.has_value();
}

Result<bool> sku_offline(db::Session& session, const std::string& sku) {
  SB_TRY(row, session.query_one(sql::sku_offline, {sku}));
  return row.has_value();
}

Item item_of(const db::Row& row, bool in_stock_by_default) {
  Item item;
  item.sku = row.text(0);
  item.product_id = row.text(1);
  item.is_variant = row.flag(2);
  item.name = row.text(3);
  item.short_description = row.text(4);
  item.description = row.text(5);
  item.brand = row.text(6);
  item.category = row.text(7);
  item.image = row.text(8);
  item.online = row.flag(9);
  item.color = row.text(10);
  item.size = row.text(11);
  if (!row.is_null(12)) item.price_minor = row.i64(12);
  if (!row.is_null(13)) item.sale_price_minor = row.i64(13);
  item.currency = row.text(14);
  if (!row.is_null(15)) {
    item.availability = row.text(15);
    item.ats = row.i64(16);
    item.stock_changed_at = from_ms(row.i64(17));
  } else {
    item.availability = in_stock_by_default ? "in_stock" : "out_of_stock";
    item.ats = in_stock_by_default ? 999999 : 0;
  }
  return item;
}

}  // namespace stockbell::commerce::catalog_store
