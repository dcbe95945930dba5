#include "commerce/inventory/inventory_store.h"

#include "platform/text/json.h"
#include "sql/commerce_inventory.sql.h"

namespace stockbell::commerce::inventory_store {
namespace {

namespace sql = stockbell::sql::commerce_inventory;
constexpr std::string_view kDefaultInStock = "default-instock";

db::Value stored_time(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

StoredStock stock_of(const db::Row& row) {
  StoredStock stock;
  stock.record.sku = row.text(0);
  if (!row.is_null(1)) stock.record.allocation = row.i64(1);
  stock.record.preorder_allocation = row.i64(2);
  stock.record.handling =
      parse_enum<PreorderHandling>(row.text(3)).value_or(PreorderHandling::none);
  stock.record.perpetual = row.flag(4);
  stock.record.turnover = row.i64(5);
  stock.record.on_order = row.i64(6);
  if (!row.is_null(7)) stock.record.allocated_at = from_ms(row.i64(7));
  stock.level.availability =
      parse_enum<Availability>(row.text(8)).value_or(Availability::out_of_stock);
  stock.level.ats = row.i64(9);
  stock.changed_at = from_ms(row.i64(10));
  return stock;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"inventory/1", sql::schema}};
  return kMigrations;
}

Result<std::unordered_map<std::string, StoredStock>> find(db::Session& session,
                                                          const std::vector<std::string>& skus) {
  text::JsonWriter list;
  list.begin_array();
  for (const auto& sku : skus) list.value(sku);
  list.end_array();
  SB_TRY(rows, session.query(sql::find_records, {list.str()}));
  std::unordered_map<std::string, StoredStock> found;
  for (const auto& row : rows) found.emplace(row.text(0), stock_of(row));
  return found;
}

Result<> upsert(db::Session& session, const std::vector<StoredStock>& rows) {
  if (rows.empty()) return {};
  std::vector<db::Params> batch;
  for (const auto& [r, level, changed_at] : rows)
    batch.push_back({r.sku, r.allocation, r.preorder_allocation, to_text(r.handling),
                     r.perpetual ? 1 : 0, r.turnover, r.on_order, stored_time(r.allocated_at),
                     to_text(level.availability), level.ats, to_ms(changed_at)});
  SB_CHECK(session.execute_batch(sql::upsert_record, batch));
  return {};
}

Result<> remove(db::Session& session, const std::vector<std::string>& skus) {
  if (skus.empty()) return {};
  std::vector<db::Params> batch;
  for (const auto& sku : skus) batch.push_back({sku});
  SB_CHECK(session.execute_batch(sql::delete_record, batch));
  return {};
}

Result<> queue(db::Session& session, const std::vector<QueuedEvent>& events) {
  if (events.empty()) return {};
  std::vector<db::Params> batch;
  for (const auto& [id, o] : events)
    batch.push_back({id, o.sku, o.in_stock ? 1 : 0, o.ats, to_ms(o.observed_at)});
  SB_CHECK(session.execute_batch(sql::insert_event, batch));
  return {};
}

Result<std::vector<QueuedEvent>> next_events(db::Session& session, int limit) {
  SB_TRY(rows, session.query(sql::next_events, {limit}));
  std::vector<QueuedEvent> events;
  for (const auto& row : rows)
    events.push_back({row.i64(0), {row.text(1), row.flag(2), row.i64(3), from_ms(row.i64(4))}});
  return events;
}

Result<> discard_events_through(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(sql::delete_events, {id}));
  return {};
}

Result<std::int64_t> count_events(db::Session& session) {
  SB_TRY(rows, session.query(sql::count_events));
  return rows.front().i64(0);
}

Result<> put_default_in_stock(db::Session& session, bool in_stock) {
  SB_CHECK(session.execute(sql::put_setting, {kDefaultInStock, in_stock ? "1" : "0"}));
  return {};
}

Result<bool> default_in_stock(db::Session& session) {
  SB_TRY(row, session.query_one(sql::find_setting, {kDefaultInStock}));
  return row && row->text(0) == "1";
}

}  // namespace stockbell::commerce::inventory_store
