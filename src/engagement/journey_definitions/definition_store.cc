#include "engagement/journey_definitions/definition_store.h"

#include "sql/engagement_journey_definition.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_journey_definition;

Result<JourneyRow> journey_of(const db::Row& row) {
  const auto status = parse_enum<JourneyStatus>(row.text(1));
  if (!status) return fail(ErrorCode::internal, "journey-unknown", "journey: " + row.text(1));
  return JourneyRow{row.text(0), *status, static_cast<int>(row.i64(2)), from_ms(row.i64(3))};
}

Result<VersionRow> version_of(const db::Row& row) {
  const auto state = parse_enum<VersionState>(row.text(1));
  if (!state)
    return fail(ErrorCode::internal, "journey-unknown", "journey_version: " + row.text(1));
  VersionRow version{static_cast<int>(row.i64(0)), *state, row.text(2), from_ms(row.i64(3)), {}};
  if (!row.is_null(4)) version.published_at = from_ms(row.i64(4));
  return version;
}

}  // namespace

void CountChanges::add(const JourneyDefinition& journey, std::string_view step,
                       std::int64_t entered, std::int64_t present) {
  auto& change = changes_[{journey.key, journey.version, std::string(step)}];
  change.entered += entered;
  change.present += present;
}

std::span<const db::Migration> JourneyDefinitionStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.journey_definitions/1", statements::schema_1}};
  return kMigrations;
}

Result<std::vector<JourneyRow>> JourneyDefinitionStore::list(db::Session& session) {
  SB_TRY(rows, session.query(statements::list_journeys));
  std::vector<JourneyRow> journeys;
  for (const auto& row : rows) {
    SB_TRY(journey, journey_of(row));
    journeys.push_back(std::move(journey));
  }
  return journeys;
}

Result<std::optional<JourneyRow>> JourneyDefinitionStore::find(db::Session& session,
                                                               const std::string& key) {
  SB_TRY(row, session.query_one(statements::find_journey, {key}));
  if (!row) return std::optional<JourneyRow>();
  SB_TRY(journey, journey_of(*row));
  return std::optional(std::move(journey));
}

Result<std::vector<VersionRow>> JourneyDefinitionStore::list_versions(db::Session& session,
                                                                      const std::string& key) {
  SB_TRY(rows, session.query(statements::list_versions, {key}));
  std::vector<VersionRow> versions;
  for (const auto& row : rows) {
    SB_TRY(version, version_of(row));
    versions.push_back(std::move(version));
  }
  return versions;
}

Result<std::optional<VersionRow>> JourneyDefinitionStore::find_version(db::Session& session,
                                                                       const std::string& key,
                                                                       int version) {
  SB_TRY(row, session.query_one(statements::find_version, {key, version}));
  if (!row) return std::optional<VersionRow>();
  SB_TRY(found, version_of(*row));
  return std::optional(std::move(found));
}

Result<int> JourneyDefinitionStore::save_draft(db::Session& session, const std::string& key,
                                               std::string_view definition, Time now) {
  SB_CHECK(session.execute(statements::add_journey, {key, to_ms(now)}));
  SB_TRY(versions, list_versions(session, key));
  int version = 1;
  if (!versions.empty())
    version = versions.front().version + (versions.front().state == VersionState::draft ? 0 : 1);
  SB_CHECK(session.execute(statements::save_draft, {key, version, definition, to_ms(now)}));
  return version;
}

Result<> JourneyDefinitionStore::publish(db::Session& session, const std::string& key, int version,
                                         Time now) {
  SB_CHECK(session.execute(statements::supersede, {key}));
  SB_CHECK(session.execute(statements::publish_version, {key, version, to_ms(now)}));
  SB_CHECK(session.execute(statements::set_published, {key, version, to_ms(now)}));
  return {};
}

Result<> JourneyDefinitionStore::set_status(db::Session& session, const std::string& key,
                                            JourneyStatus status, Time now) {
  SB_CHECK(session.execute(statements::set_status, {key, to_text(status), to_ms(now)}));
  return {};
}

Result<> JourneyDefinitionStore::add_counts(db::Session& session, const CountChanges& changes) {
  std::vector<db::Params> batch;
  for (const auto& [place, change] : changes.changes_)
    if (change.entered != 0 || change.present != 0)
      batch.push_back({std::get<0>(place), std::get<1>(place), std::get<2>(place), change.entered,
                       change.present});
  if (batch.empty()) return {};
  SB_CHECK(session.execute_batch(statements::add_count, batch));
  return {};
}

Result<std::vector<StepCount>> JourneyDefinitionStore::list_counts(db::Session& session,
                                                                   const std::string& key,
                                                                   int version) {
  SB_TRY(rows, session.query(statements::list_counts, {key, version}));
  std::vector<StepCount> counts;
  for (const auto& row : rows)
    counts.push_back({static_cast<int>(row.i64(0)), row.text(1), row.i64(2), row.i64(3)});
  return counts;
}

}  // namespace stockbell::engagement
