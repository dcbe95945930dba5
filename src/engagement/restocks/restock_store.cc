#include "engagement/restocks/restock_store.h"

#include "sql/engagement_restock.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_restock;

std::span<const db::Migration> RestockStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.restocks/1", statements::schema_1}};
  return kMigrations;
}

Result<> RestockStore::each_availability(
    db::Session& session, const std::function<void(const std::string&, const KnownStock&)>& each) {
  return session.for_each(statements::all_availability, {}, [&](const db::Row& row) -> Result<> {
    each(row.text(0), {row.flag(1), row.i64(2), from_ms(row.i64(3))});
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

Result<> RestockStore::open(db::Session& session, const Restock& restock) {
  SB_CHECK(session.execute(
      statements::open_restock,
      {restock.id.value, restock.sku, restock.quantity, restock.source, to_ms(restock.opened_at)}));
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
  return std::optional(KnownStock{row->flag(0), row->i64(1), {}});
}

Result<std::optional<Restock>> RestockStore::find_open(db::Session& session,
                                                       const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_open, {sku}));
  if (!row) return std::optional<Restock>();
  return std::optional(Restock{RestockId{row->i64(0)}, row->text(1), row->i64(2), row->text(3),
                               from_ms(row->i64(4))});
}

Result<> RestockStore::add_entered(db::Session& session, RestockId restock, std::int64_t count) {
  SB_CHECK(session.execute(statements::add_entered, {restock.value, count}));
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
