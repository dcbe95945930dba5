#include "commerce/inventory/inventory_store.h"

#include "platform/text/json.h"
#include "sql/commerce_inventory.sql.h"

namespace stockbell::commerce::inventory_store {
namespace {

namespace sql = stockbell::sql::commerce_inventory;

db::Value stored_time(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

std::optional<Time> time_of(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return {};
  return from_ms(row.i64(column));
}

std::string text_of(const std::vector<StockFuture>& futures) {
  if (futures.empty()) return {};
  text::JsonWriter json;
  json.begin_object().key("futures").begin_array();
  for (const auto& future : futures) {
    json.begin_array().value(future.units);
    if (future.expected_at) json.value(to_ms(*future.expected_at));
    json.end_array();
  }
  json.end_array().end_object();
  return std::move(json).str();
}

std::vector<StockFuture> futures_of(const std::string& stored) {
  std::vector<StockFuture> futures;
  if (stored.empty()) return futures;
  auto parsed = text::parse_json_object(stored);
  if (!parsed) return futures;
  for (const auto& pair : parsed->at("futures").get_array()) {
    const auto& parts = pair.get_array();
    StockFuture future{parts.at(0).to_number<std::int64_t>(), {}};
    if (parts.size() > 1) future.expected_at = from_ms(parts.at(1).to_number<std::int64_t>());
    futures.push_back(future);
  }
  return futures;
}

std::string text_of(const std::vector<TurnoverEntry>& entries) {
  if (entries.empty()) return {};
  text::JsonWriter json;
  json.begin_object().key("entries").begin_array();
  for (const auto& entry : entries)
    json.begin_array().value(entry.units).value(to_ms(entry.at)).end_array();
  json.end_array().end_object();
  return std::move(json).str();
}

std::vector<TurnoverEntry> entries_of(const std::string& stored) {
  std::vector<TurnoverEntry> entries;
  if (stored.empty()) return entries;
  auto parsed = text::parse_json_object(stored);
  if (!parsed) return entries;
  for (const auto& pair : parsed->at("entries").get_array()) {
    const auto& parts = pair.get_array();
    entries.push_back(
        {from_ms(parts.at(1).to_number<std::int64_t>()), parts.at(0).to_number<std::int64_t>()});
  }
  return entries;
}

StoredRecord record_of(const db::Row& row) {
  StoredRecord stored;
  auto& r = stored.record;
  r.list = row.text(0);
  r.sku = row.text(1);
  if (!row.is_null(2)) r.allocation = row.i64(2);
  r.preorder_allocation = row.i64(3);
  r.handling = parse_enum<PreorderHandling>(row.text(4)).value_or(PreorderHandling::none);
  r.perpetual = row.flag(5);
  r.turnover = row.i64(6);
  r.on_order = row.i64(7);
  r.reserved = row.i64(8);
  if (!row.is_null(9)) r.safety_stock = row.i64(9);
  r.allocated_at = time_of(row, 10);
  r.in_stock_at = time_of(row, 11);
  r.futures = futures_of(row.text(12));
  r.custom = row.text(13);
  stored.created_at = from_ms(row.i64(14));
  stored.changed_at = from_ms(row.i64(15));
  r.turnover_entries = entries_of(row.text(16));
  return stored;
}

}  // namespace

std::string json_list(const std::vector<std::string>& texts) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
  return std::move(json).str();
}

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"inventory/1", sql::schema},
                                          db::Migration{"inventory/2", sql::schema_sites},
                                          db::Migration{"inventory/3", sql::schema_turnover}};
  return kMigrations;
}

Result<std::map<RecordKey, StoredRecord>> find(db::Session& session,
                                               const std::vector<std::string>& lists,
                                               const std::vector<std::string>& skus) {
  SB_TRY(rows, session.query(sql::find_records, {json_list(lists), json_list(skus)}));
  std::map<RecordKey, StoredRecord> found;
  for (const auto& row : rows) found.emplace(RecordKey(row.text(0), row.text(1)), record_of(row));
  return found;
}

Result<std::vector<StoredRecord>> list_records(db::Session& session, const std::string& list,
                                               const std::string& after, int limit) {
  SB_TRY(rows, session.query(sql::list_records, {list, after, limit}));
  std::vector<StoredRecord> records;
  for (const auto& row : rows) records.push_back(record_of(row));
  return records;
}

Result<std::vector<std::string>> skus_of_list(db::Session& session, const std::string& list,
                                              const std::string& after, int limit) {
  SB_TRY(rows, session.query(sql::skus_of_list, {list, after, limit}));
  std::vector<std::string> skus;
  for (const auto& row : rows) skus.push_back(row.text(0));
  return skus;
}

Result<std::vector<StoredRecord>> page_records(db::Session& session, const std::string& list,
                                               int start, int count) {
  SB_TRY(rows, session.query(sql::page_records, {list, start, count}));
  std::vector<StoredRecord> records;
  for (const auto& row : rows) records.push_back(record_of(row));
  return records;
}

Result<std::int64_t> count_records(db::Session& session, const std::string& list) {
  SB_TRY(rows, session.query(sql::count_records, {list}));
  return rows.front().i64(0);
}

Result<> upsert(db::Session& session, const std::vector<StoredRecord>& rows) {
  if (rows.empty()) return {};
  std::vector<db::Params> batch;
  batch.reserve(rows.size());
  for (const auto& [r, created_at, changed_at] : rows)
    batch.push_back({r.list, r.sku, r.allocation, r.preorder_allocation, to_text(r.handling),
                     r.perpetual ? 1 : 0, r.turnover, r.on_order, r.reserved, r.safety_stock,
                     stored_time(r.allocated_at), stored_time(r.in_stock_at), text_of(r.futures),
                     r.custom, to_ms(created_at), to_ms(changed_at), text_of(r.turnover_entries)});
  SB_CHECK(session.execute_batch(sql::upsert_record, batch));
  return {};
}

Result<> remove(db::Session& session, const std::vector<RecordKey>& keys) {
  if (keys.empty()) return {};
  std::vector<db::Params> batch;
  for (const auto& [list, sku] : keys) batch.push_back({list, sku});
  SB_CHECK(session.execute_batch(sql::delete_record, batch));
  return {};
}

Result<std::map<std::string, InventoryList>> lists(db::Session& session) {
  SB_TRY(rows, session.query(sql::all_lists));
  std::map<std::string, InventoryList> lists;
  for (const auto& row : rows)
    lists.emplace(row.text(0), InventoryList{row.text(0), row.flag(1), row.flag(2), row.flag(3),
                                             row.text(4), row.text(5)});
  return lists;
}

Result<> put_list(db::Session& session, const InventoryList& list, Time now) {
  SB_CHECK(session.execute(
      sql::put_list,
      {list.id, list.default_in_stock ? 1 : 0, list.use_bundle_inventory_only ? 1 : 0,
       list.on_order ? 1 : 0, list.description, list.custom, to_ms(now)}));
  return {};
}

Result<> delete_list(db::Session& session, const std::string& id) {
  SB_CHECK(session.execute(sql::delete_list, {id}));
  return {};
}

Result<std::string> setting(db::Session& session, const std::string& name) {
  SB_TRY(row, session.query_one(sql::find_setting, {name}));
  return row ? row->text(0) : std::string();
}

Result<> put_setting(db::Session& session, const std::string& name, const std::string& value) {
  SB_CHECK(session.execute(sql::put_setting, {name, value}));
  return {};
}

}  // namespace stockbell::commerce::inventory_store
