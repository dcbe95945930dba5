#include "engagement/restocks/hold_store.h"

#include "sql/engagement_restock_hold.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_restock_hold;

db::Value until_of(const Hold& hold) {
  return hold.until ? db::Value(to_ms(*hold.until)) : db::Value();
}

HeldRestock read(const db::Row& row) {
  HeldRestock held;
  held.id = row.i64(0);
  held.sku = row.text(1);
  held.since = from_ms(row.i64(2));
  held.units = row.i64(3);
  held.largest = row.i64(4);
  held.source = row.text(5);
  held.hold.why = parse_enum<HoldReason>(row.text(6)).value_or(HoldReason::must_hold);
  held.hold.wanted = row.i64(7);
  if (!row.is_null(8)) held.hold.until = from_ms(row.i64(8));
  held.decided_at = from_ms(row.i64(9));
  if (!row.is_null(10)) held.ended_at = from_ms(row.i64(10));
  held.outcome = parse_enum<HoldOutcome>(row.text(11));
  return held;
}

}  // namespace

std::span<const db::Migration> HoldStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.restock_holds/1", statements::schema_1}};
  return kMigrations;
}

Result<> HoldStore::add(db::Session& session, std::span<const HeldRestock> held) {
  std::vector<db::Params> batch;
  batch.reserve(held.size());
  for (const auto& one : held)
    batch.push_back({one.id, one.sku, to_ms(one.since), one.units, one.largest, one.source,
                     to_text(one.hold.why), one.hold.wanted, until_of(one.hold),
                     to_ms(one.decided_at)});
  SB_CHECK(session.execute_batch(statements::add_hold, batch));
  return {};
}

Result<std::optional<HeldRestock>> HoldStore::find_active(db::Session& session,
                                                          const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_active, {sku}));
  if (!row) return std::optional<HeldRestock>();
  return std::optional(read(*row));
}

Result<> HoldStore::set_units(db::Session& session, const HeldRestock& held) {
  SB_CHECK(session.execute(statements::set_units, {held.id, held.units, held.largest,
                                                   held.hold.wanted, until_of(held.hold)}));
  return {};
}

Result<> HoldStore::end(db::Session& session, const std::string& sku, Time at,
                        HoldOutcome outcome) {
  SB_TRY(ended, session.execute(statements::end_of_sku, {sku, to_ms(at), to_text(outcome)}));
  if (ended > 0) SB_CHECK(session.execute(statements::forget_older, {sku}));
  return {};
}

Result<std::vector<std::string>> HoldStore::list_due(db::Session& session, Time now,
                                                     std::size_t limit) {
  SB_TRY(rows, session.query(statements::due_holds, {to_ms(now), limit}));
  std::vector<std::string> skus;
  for (const auto& row : rows) skus.push_back(row.text(0));
  return skus;
}

Result<std::optional<Time>> HoldStore::next_due(db::Session& session) {
  SB_TRY(row, session.query_one(statements::next_due));
  if (!row || row->is_null(0)) return std::optional<Time>();
  return std::optional(from_ms(row->i64(0)));
}

Result<> HoldStore::each_active(db::Session& session,
                                const std::function<void(const HeldRestock&)>& each) {
  return session.for_each(statements::active_holds, {}, [&](const db::Row& row) -> Result<> {
    each(read(row));
    return {};
  });
}

Result<std::vector<HeldRestock>> HoldStore::list(db::Session& session, std::int64_t before,
                                                 const std::string& sku, bool only_active,
                                                 int limit) {
  SB_TRY(rows, session.query(statements::list_holds, {before, sku, only_active ? 1 : 0, limit}));
  std::vector<HeldRestock> held;
  for (const auto& row : rows) held.push_back(read(row));
  return held;
}

}  // namespace stockbell::engagement
