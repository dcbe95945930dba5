#include "commerce/inventory/site_stock_store.h"

#include <charconv>

#include "commerce/inventory/inventory_store.h"
#include "sql/commerce_inventory.sql.h"

namespace stockbell::commerce::site_stock_store {
namespace {

namespace sql = stockbell::sql::commerce_inventory;
const std::string kSequence = "sequence";
const std::string kDefaultInStock = "default-instock:";

SiteStock stock_of(const db::Row& row) {
  SiteStock stock;
  stock.sku = row.text(0);
  stock.level.availability =
      parse_enum<Availability>(row.text(1)).value_or(Availability::out_of_stock);
  stock.level.ats = row.i64(2);
  stock.level.orderable = row.i64(3);
  if (!row.is_null(4)) stock.level.in_stock_at = from_ms(row.i64(4));
  stock.changed_at = from_ms(row.i64(5));
  stock.sequence = row.i64(6);
  return stock;
}

}  // namespace

Result<std::map<std::string, SiteStock>> find(db::Session& session, const std::string& site,
                                              const std::vector<std::string>& skus) {
  SB_TRY(rows, session.query(sql::find_site_stock, {site, inventory_store::json_list(skus)}));
  std::map<std::string, SiteStock> found;
  for (const auto& row : rows) found.emplace(row.text(0), stock_of(row));
  return found;
}

Result<> upsert(db::Session& session, const std::string& site, const std::vector<SiteStock>& rows) {
  if (rows.empty()) return {};
  std::vector<db::Params> batch;
  batch.reserve(rows.size());
  for (const auto& [sku, level, changed_at, sequence] : rows)
    batch.push_back({site, sku, to_text(level.availability), level.ats, level.orderable,
                     level.in_stock_at ? db::Value(to_ms(*level.in_stock_at)) : db::Value(),
                     to_ms(changed_at), sequence});
  SB_CHECK(session.execute_batch(sql::upsert_site_stock, batch));
  return {};
}

Result<std::vector<std::string>> skus_of_site(db::Session& session, const std::string& site,
                                              const std::string& after, int limit) {
  SB_TRY(rows, session.query(sql::skus_of_site, {site, after, limit}));
  std::vector<std::string> skus;
  for (const auto& row : rows) skus.push_back(row.text(0));
  return skus;
}

Result<std::vector<std::string>> items_after(db::Session& session, const std::string& after,
                                             int limit) {
  SB_TRY(rows, session.query(sql::items_after, {after, limit}));
  std::vector<std::string> skus;
  for (const auto& row : rows) skus.push_back(row.text(0));
  return skus;
}

Result<std::vector<SiteStock>> changes_after(db::Session& session, const std::string& site,
                                             std::int64_t sequence, int limit) {
  SB_TRY(rows, session.query(sql::changes_of_site, {site, sequence, limit}));
  std::vector<SiteStock> changes;
  for (const auto& row : rows) changes.push_back(stock_of(row));
  return changes;
}

Result<std::int64_t> last_sequence(db::Session& session) {
  SB_TRY(text, inventory_store::setting(session, kSequence));
  std::int64_t sequence = 0;
  std::from_chars(text.data(), text.data() + text.size(), sequence);
  return sequence;
}

Result<> put_last_sequence(db::Session& session, std::int64_t sequence) {
  return inventory_store::put_setting(session, kSequence, std::to_string(sequence));
}

Result<bool> default_in_stock(db::Session& session, const std::string& site) {
  SB_TRY(text, inventory_store::setting(session, kDefaultInStock + site));
  return text == "1";
}

Result<> put_default_in_stock(db::Session& session, const std::string& site, bool in_stock) {
  return inventory_store::put_setting(session, kDefaultInStock + site, in_stock ? "1" : "0");
}

Result<> queue(db::Session& session, IdGenerator& ids, const std::string& site,
               const std::vector<std::string>& skus, Time now) {
  if (skus.empty()) return {};
  std::vector<db::Params> batch;
  for (const auto& sku : skus) batch.push_back({ids.next(), site, sku, to_ms(now)});
  SB_CHECK(session.execute_batch(sql::insert_event, batch));
  return {};
}

Result<std::vector<QueuedEvent>> next_events(db::Session& session, int limit) {
  SB_TRY(rows, session.query(sql::next_events, {limit}));
  std::vector<QueuedEvent> events;
  for (const auto& row : rows) events.push_back({row.i64(0), row.text(1), row.text(2)});
  return events;
}

// Each by its id: one with a lower id may be committed by another transaction only now.
Result<> discard(db::Session& session, const std::vector<QueuedEvent>& events) {
  std::vector<db::Params> batch;
  for (const auto& event : events) batch.push_back({event.id});
  SB_CHECK(session.execute_batch(sql::delete_event, batch));
  return {};
}

Result<std::int64_t> count_events(db::Session& session) {
  SB_TRY(rows, session.query(sql::count_events));
  return rows.front().i64(0);
}

Result<> start_sweep(db::Session& session, const std::string& site, bool default_before) {
  SB_CHECK(session.execute(sql::put_sweep, {site, default_before ? 1 : 0}));
  return {};
}

Result<> advance_sweep(db::Session& session, const Sweep& sweep) {
  SB_CHECK(session.execute(sql::advance_sweep, {sweep.site, sweep.phase, sweep.after}));
  return {};
}

Result<std::optional<Sweep>> next_sweep(db::Session& session) {
  SB_TRY(row, session.query_one(sql::next_sweep));
  if (!row) return std::optional<Sweep>();
  return std::optional<Sweep>(
      Sweep{row->text(0), static_cast<int>(row->i64(1)), row->text(2), row->flag(3)});
}

Result<> delete_sweep(db::Session& session, const std::string& site) {
  SB_CHECK(session.execute(sql::delete_sweep, {site}));
  return {};
}

}  // namespace stockbell::commerce::site_stock_store
