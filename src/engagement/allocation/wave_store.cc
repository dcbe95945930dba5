#include "engagement/allocation/wave_store.h"

#include "sql/engagement_allocation.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_allocation;

constexpr int kMostMeasured = 5000;  // messages

Result<Wave> read_wave(const db::Row& row) {
  const auto rule = parse_enum<AllocationRule>(row.text(3));
  if (!rule)
    return fail(ErrorCode::internal, "allocation-unknown", "allocation_wave: " + row.text(3));
  Wave wave{RestockId{row.i64(0)},
            row.i64(1),
            from_ms(row.i64(2)),
            *rule,
            row.i64(4),
            {},
            {},
            row.i64(7),
            row.i64(8),
            {},
            {},
            {}};
  if (!row.is_null(5)) wave.factor_percent = row.i64(5);
  if (!row.is_null(6)) wave.open_units = row.i64(6);
  if (!row.is_null(9)) wave.interval = Duration(row.i64(9));
  wave.measured = {row.i64(10), row.i64(11), row.i64(12), row.i64(13)};
  return wave;
}

}  // namespace

std::span<const db::Migration> WaveStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.allocation/1", statements::schema_1},
      {"engagement.allocation/2", statements::schema_2},
      {"engagement.allocation/3", statements::schema_3},
      {"engagement.allocation/4", statements::schema_4}};
  return kMigrations;
}

Result<std::optional<Wave>> WaveStore::find_last(db::Session& session, RestockId restock) {
  SB_TRY(row, session.query_one(statements::last_wave, {restock.value}));
  if (!row) return std::optional<Wave>();
  SB_TRY(wave, read_wave(*row));
  return std::optional(wave);
}

Result<> WaveStore::add(db::Session& session, const Wave& wave) {
  const auto interval = wave.interval ? db::Value(wave.interval->count()) : db::Value();
  SB_CHECK(session.execute(
      statements::add_wave,
      {wave.restock.value, wave.number, to_ms(wave.decided_at), to_text(wave.rule), wave.units,
       wave.factor_percent, wave.open_units, wave.invited, wave.invited_units, interval,
       wave.measured.sent, wave.measured.opened, wave.measured.clicked, wave.measured.purchased}));
  std::vector<db::Params> classes;
  for (const auto& one : wave.classes)
    classes.push_back({wave.restock.value, wave.number, classes.size() + 1, one.name,
                       one.share_percent, one.invited});
  SB_CHECK(session.execute_batch(statements::add_wave_class, classes));
  return {};
}

Result<std::map<std::string, std::int64_t>> WaveStore::credits(db::Session& session,
                                                               const std::string& sku) {
  SB_TRY(rows, session.query(statements::credits_of_sku, {sku}));
  std::map<std::string, std::int64_t> credits;
  for (const auto& row : rows) credits[row.text(0)] = row.i64(1);
  return credits;
}

Result<> WaveStore::save_credits(db::Session& session, const std::string& sku,
                                 const std::map<std::string, std::int64_t>& credits) {
  std::vector<db::Params> batch;
  for (const auto& [name, credit] : credits) batch.push_back({sku, name, credit});
  SB_CHECK(session.execute_batch(statements::save_credit, batch));
  return {};
}

Result<> WaveStore::invite(db::Session& session, const Wave& wave, const std::string& sku,
                           std::span<const Invitation> invitations) {
  std::vector<db::Params> batch;
  batch.reserve(invitations.size());
  const auto ended =
      wave.rule == AllocationRule::units ? db::Value() : db::Value(to_ms(wave.decided_at));
  for (const auto& one : invitations)
    batch.push_back({wave.restock.value, one.request.value, sku, wave.number, one.units, ended});
  SB_CHECK(session.execute_batch(statements::invite, batch));
  return {};
}

Result<> WaveStore::sent(db::Session& session, std::span<const SentInvitation> invitations) {
  std::vector<db::Params> batch;
  batch.reserve(invitations.size());
  for (const auto& one : invitations)
    batch.push_back({one.restock.value, one.request.value, to_ms(one.at)});
  SB_CHECK(session.execute_batch(statements::invitation_sent, batch));
  return {};
}

Result<Conversion> WaveStore::measure(db::Session& session, RestockId restock) {
  const auto read = [](const db::Row& row) {
    return Conversion{row.i64(0), row.i64(1), row.i64(2), row.i64(3)};
  };
  SB_TRY(own, session.query_one(statements::measure_restock, {restock.value, kMostMeasured}));
  if (own && read(*own).sent >= kFewestMeasured) return read(*own);
  SB_TRY(all, session.query_one(statements::measure_all, {kMostMeasured}));
  return all ? read(*all) : Conversion{};
}

Result<OpenInvitations> WaveStore::count_open(db::Session& session, const std::string& sku,
                                              Time now, Duration window) {
  SB_CHECK(session.execute(statements::end_by_time, {sku, to_ms(now), to_ms(now - window)}));
  SB_CHECK(session.execute(statements::end_unsent, {sku, to_ms(now)}));
  SB_TRY(row, session.query_one(statements::open_invitations, {sku}));
  OpenInvitations open;
  if (!row) return open;
  open.units = row->i64(0);
  // A message that has not left ends no earlier than one that leaves now.
  if (row->i64(2) > 0) open.first_end = (row->is_null(1) ? now : from_ms(row->i64(1))) + window;
  return open;
}

Result<std::vector<Wave>> WaveStore::list(db::Session& session, std::int64_t before,
                                          const std::string& sku, int limit) {
  SB_TRY(rows, session.query(statements::list_waves, {before, sku, limit}));
  std::vector<Wave> waves;
  waves.reserve(rows.size());
  for (const auto& row : rows) {
    SB_TRY(wave, read_wave(row));
    waves.push_back(std::move(wave));
  }
  SB_TRY(classes, session.query(statements::list_wave_classes, {before, sku, limit}));
  auto wave = waves.begin();  // both in the same order
  for (const auto& row : classes) {
    while (wave != waves.end() && (wave->restock.value != row.i64(0) || wave->number != row.i64(1)))
      ++wave;
    if (wave == waves.end()) break;
    wave->classes.push_back({row.text(2), row.i64(3), row.i64(4)});
  }
  return waves;
}

}  // namespace stockbell::engagement
