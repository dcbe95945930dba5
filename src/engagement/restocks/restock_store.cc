#include "engagement/restocks/restock_store.h"

#include "sql/engagement_restock.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_restock;

namespace {
constexpr std::int64_t kUntold = -1;  // of availability.in_stock
}

std::span<const db::Migration> RestockStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.restocks/1", statements::schema_1},
                                                  {"engagement.restocks/2", statements::schema_2},
                                                  {"engagement.restocks/3", statements::schema_3}};
  return kMigrations;
}

Result<> RestockStore::each_known(
    db::Session& session, const std::function<void(std::string_view, const KnownSku&)>& each) {
  return session.scan(statements::all_availability, {}, [&](const db::RowView& row) -> Result<> {
    KnownSku known{{}, {row.i64(4), static_cast<std::uint64_t>(row.i64(5))}};
    if (row.i64(1) != kUntold) known.stock = {row.i64(1) != 0, row.i64(2), from_ms(row.i64(3))};
    each(row.text(0), known);
    return {};
  });
}

Result<> RestockStore::save(db::Session& session, std::span<const StockObservation> observations,
                            const std::string& source) {
  std::vector<db::Params> batch;
  batch.reserve(observations.size());
  for (const auto& seen : observations)
    batch.push_back({seen.sku, seen.in_stock ? 1 : 0, seen.ats, to_ms(seen.observed_at), source});
  SB_CHECK(session.execute_batch(statements::upsert_availability, batch));
  return {};
}

Result<> RestockStore::save_feed_rows(db::Session& session, std::span<const KnownFeedRow> rows,
                                      const std::string& source) {
  std::vector<db::Params> batch;
  batch.reserve(rows.size());
  for (const auto& [sku, known] : rows) {
    const auto stock = known.stock.value_or(KnownStock{});
    batch.push_back({sku, known.stock ? stock.in_stock : kUntold, stock.ats,
                     to_ms(stock.observed_at), source, known.marks.item_hash,
                     static_cast<std::int64_t>(known.marks.feed_hash)});
  }
  SB_CHECK(session.execute_batch(statements::upsert_feed_row, batch));
  return {};
}

Result<> RestockStore::open(db::Session& session, std::span<const Restock> restocks) {
  std::vector<db::Params> batch;
  batch.reserve(restocks.size());
  for (const auto& restock : restocks)
    batch.push_back({restock.id.value, restock.sku, restock.quantity, restock.source,
                     to_ms(restock.opened_at)});
  SB_CHECK(session.execute_batch(statements::open_restock, batch));
  return {};
}

Result<> RestockStore::close(db::Session& session, const std::string& sku, Time at) {
  SB_CHECK(session.execute(statements::close_restock, {sku, to_ms(at)}));
  return {};
}

Result<std::optional<KnownStock>> RestockStore::lock_availability(db::Session& session,
                                                                  const std::string& sku) {
  SB_TRY(row, session.query_one(statements::lock_availability, {sku}));
  if (!row) return std::optional<KnownStock>();
  return std::optional(KnownStock{row->i64(0) == 1, row->i64(1), {}});
}

Result<std::optional<Restock>> RestockStore::find_open(db::Session& session,
                                                       const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_open, {sku}));
  if (!row) return std::optional<Restock>();
  return std::optional(Restock{RestockId{row->i64(0)}, row->text(1), row->i64(2), row->text(3),
                               from_ms(row->i64(4))});
}

Result<std::optional<Time>> RestockStore::last_opened(db::Session& session,
                                                      const std::string& sku) {
  SB_TRY(row, session.query_one(statements::last_opened, {sku}));
  if (!row || row->is_null(0)) return std::optional<Time>();
  return std::optional(from_ms(row->i64(0)));
}

Result<std::optional<KnownStock>> RestockStore::find_availability(db::Session& session,
                                                                  const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_availability, {sku}));
  if (!row || row->i64(0) == kUntold) return std::optional<KnownStock>();
  return std::optional(KnownStock{row->i64(0) != 0, row->i64(1), from_ms(row->i64(2))});
}

Result<std::vector<OpenRestock>> RestockStore::list_open(db::Session& session,
                                                         const std::string& after, int limit) {
  SB_TRY(rows, session.query(statements::list_open, {after, limit}));
  std::vector<OpenRestock> open;
  for (const auto& row : rows) open.push_back({row.text(0), row.i64(1) == 1});
  return open;
}

Result<> RestockStore::add_entered(db::Session& session, std::span<const EnteredCount> counts) {
  std::vector<db::Params> batch;
  batch.reserve(counts.size());
  for (const auto& [restock, count] : counts) batch.push_back({restock.value, count});
  SB_CHECK(session.execute_batch(statements::add_entered, batch));
  return {};
}

Result<std::vector<Restock>> RestockStore::list(db::Session& session, std::int64_t before,
                                                const std::string& sku, int limit) {
  SB_TRY(rows, session.query(statements::list_restocks, {before, sku, limit}));
  std::vector<Restock> restocks;
  for (const auto& row : rows) {
    Restock restock{RestockId{row.i64(0)}, row.text(1), row.i64(2), row.text(3),
                    from_ms(row.i64(4))};
    if (!row.is_null(5)) restock.closed_at = from_ms(row.i64(5));
    restock.entered = row.i64(6);
    restocks.push_back(std::move(restock));
  }
  return restocks;
}

}  // namespace stockbell::engagement
