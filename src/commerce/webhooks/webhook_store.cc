#include "commerce/webhooks/webhook_store.h"

#include "sql/commerce_webhook.sql.h"

namespace stockbell::commerce::webhook_store {
namespace {

namespace sql = stockbell::sql::commerce_webhook;
constexpr std::chrono::hours kDeliveriesKept{24 * 7};

StoredItem item_of(const db::Row& row) {
  StoredItem item{row.text(0), row.text(1), row.text(2), row.text(3),
                  row.flag(4), row.flag(5), {}};
  item.stock.tracked = row.flag(6);
  item.stock.state = static_cast<ShopStock::State>(std::clamp<std::int64_t>(row.i64(7), 0, 3));
  item.stock.backorder = row.flag(8);
  if (!row.is_null(9)) item.stock.quantity = row.i64(9);
  item.stock.of_parent = row.flag(10);
  return item;
}

Result<std::vector<StoredItem>> items_of(Result<db::Rows> rows) {
  if (!rows) return fail(std::move(rows).error());
  std::vector<StoredItem> items;
  for (const auto& row : *rows) items.push_back(item_of(row));
  return items;
}

Result<std::optional<StoredItem>> first_of(Result<std::vector<StoredItem>> items) {
  if (!items) return fail(std::move(items).error());
  if (items->empty()) return std::optional<StoredItem>();
  return std::optional<StoredItem>(std::move(items->front()));
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"webhooks/1", sql::schema}};
  return kMigrations;
}

Result<bool> delivery_seen(db::Session& session, const Shop& shop, const std::string& id) {
  SB_TRY(row, session.query_one(sql::find_delivery, {to_text(shop.system), shop.site, id}));
  return row.has_value();
}

Result<> note_delivery(db::Session& session, const Shop& shop, const std::string& id, Time now) {
  SB_CHECK(session.execute(sql::forget_deliveries, {to_ms(now - kDeliveriesKept)}));
  SB_CHECK(
      session.execute(sql::note_delivery, {to_text(shop.system), shop.site, id, to_ms(now)}));
  return {};
}

Result<bool> take_version(db::Session& session, const Shop& shop, const std::string& product,
                          Time at, bool whatever_was) {
  SB_TRY(row, session.query_one(sql::find_version, {to_text(shop.system), shop.site, product}));
  if (row && row->i64(0) > to_ms(at) && !whatever_was) return false;
  SB_CHECK(session.execute(sql::put_version,
                           {to_text(shop.system), shop.site, product, to_ms(at)}));
  return true;
}

Result<std::vector<StoredItem>> items_of_product(db::Session& session, const Shop& shop,
                                                 const std::string& product) {
  return items_of(
      session.query(sql::items_of_product, {to_text(shop.system), shop.site, product}));
}

Result<std::vector<StoredItem>> items_of_sku(db::Session& session, const Shop& shop,
                                             const std::string& sku) {
  return items_of(session.query(sql::items_of_sku, {to_text(shop.system), shop.site, sku}));
}

Result<std::optional<StoredItem>> find_item(db::Session& session, const Shop& shop,
                                            const std::string& item) {
  return first_of(
      items_of(session.query(sql::find_item, {to_text(shop.system), shop.site, item})));
}

Result<std::optional<StoredItem>> find_variant(db::Session& session, const Shop& shop,
                                               const std::string& variant) {
  return first_of(
      items_of(session.query(sql::find_variant, {to_text(shop.system), shop.site, variant})));
}

Result<> put_item(db::Session& session, const Shop& shop, const StoredItem& item) {
  SB_CHECK(session.execute(
      sql::put_item,
      {to_text(shop.system), shop.site, item.item, item.product_id, item.variant_id, item.sku,
       item.owner ? 1 : 0, item.online ? 1 : 0, item.stock.tracked ? 1 : 0,
       static_cast<int>(item.stock.state), item.stock.backorder ? 1 : 0, item.stock.quantity,
       item.stock.of_parent ? 1 : 0}));
  return {};
}

Result<> delete_item(db::Session& session, const Shop& shop, const std::string& item) {
  SB_CHECK(session.execute(sql::delete_item, {to_text(shop.system), shop.site, item}));
  return {};
}

Result<std::vector<ShopLevel>> levels_of(db::Session& session, const Shop& shop,
                                         const std::string& item) {
  SB_TRY(rows, session.query(sql::levels_of_item, {to_text(shop.system), shop.site, item}));
  std::vector<ShopLevel> levels;
  for (const auto& row : rows) {
    ShopLevel level{item, row.text(0), {}, from_ms(row.i64(2))};
    if (!row.is_null(1)) level.available = row.i64(1);
    levels.push_back(std::move(level));
  }
  return levels;
}

Result<bool> put_level(db::Session& session, const Shop& shop, const ShopLevel& level) {
  SB_TRY(changed, session.execute(sql::put_level,
                                  {to_text(shop.system), shop.site, level.item, level.location,
                                   level.available, to_ms(level.updated_at)}));
  return changed > 0;
}

Result<> delete_levels(db::Session& session, const Shop& shop, const std::string& item) {
  SB_CHECK(session.execute(sql::delete_levels, {to_text(shop.system), shop.site, item}));
  return {};
}

}  // namespace stockbell::commerce::webhook_store
