#include "engagement/journeys/journey_store.h"

#include "sql/engagement_journey.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_journey;

std::span<const db::Migration> JourneyStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.journeys/1", statements::schema_1}};
  return kMigrations;
}

Result<> JourneyStore::enter(db::Session& session, const JourneyDefinition& journey,
                             std::span<const NewEntry> entries, Time now) {
  std::vector<db::Params> batch;
  batch.reserve(entries.size());
  for (const auto& entry : entries)
    batch.push_back({entry.id.value, entry.restock.value, entry.request.value, journey.key,
                     journey.version, entry.state.step, to_text(entry.state.entry), to_ms(now)});
  SB_CHECK(session.execute_batch(statements::enter, batch));
  return {};
}

Result<std::optional<JourneyState>> JourneyStore::find(db::Session& session, RestockId restock,
                                                       RequestId request) {
  SB_TRY(row, session.query_one(statements::find_entry, {restock.value, request.value}));
  if (!row) return std::optional<JourneyState>();
  const auto state = parse_enum<EntryState>(row->text(2));
  if (!state) return fail(ErrorCode::internal, "entry-unknown", "journey_entry: " + row->text(2));
  return std::optional(JourneyState{static_cast<std::size_t>(row->i64(1)), *state});
}

Result<std::vector<RestockId>> JourneyStore::list_active(db::Session& session, RequestId request) {
  SB_TRY(rows, session.query(statements::find_active, {request.value}));
  std::vector<RestockId> restocks;
  for (const auto& row : rows) restocks.push_back(RestockId{row.i64(0)});
  return restocks;
}

Result<> JourneyStore::move(db::Session& session, RestockId restock, RequestId request,
                            JourneyState next, Time now) {
  SB_CHECK(session.execute(statements::move_entry, {restock.value, request.value, next.step,
                                                    to_text(next.entry), to_ms(now)}));
  return {};
}

}  // namespace stockbell::engagement
