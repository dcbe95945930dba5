#include "commerce/feed/feed_store.h"

#include <limits>

#include "sql/commerce_feed.sql.h"

namespace stockbell::commerce::feed_store {
namespace {

namespace sql = stockbell::sql::commerce_feed;
constexpr int kRunsKept = 1000;

FeedRun run_of(const db::Row& row) {
  FeedRun run;
  run.id = row.i64(0);
  run.state = parse_enum<FeedState>(row.text(1)).value_or(FeedState::failed);
  run.trigger = parse_enum<FeedTrigger>(row.text(2)).value_or(FeedTrigger::demand);
  run.requested_at = from_ms(row.i64(3));
  run.finished_at = from_ms(row.i64(4));
  run.attempts = static_cast<int>(row.i64(5));
  run.rows = row.i64(6);
  run.bytes = row.i64(7);
  run.file_name = row.text(8);
  run.error = row.text(9);
  run.target = row.text(10);
  run.kind = parse_enum<FeedKind>(row.text(11)).value_or(FeedKind::full);
  run.started_at = from_ms(row.i64(12));
  run.rows_incomplete = row.i64(13);
  run.rows_removed = row.i64(14);
  run.catalog_from = row.i64(15);
  run.catalog_to = row.i64(16);
  run.stock_from = row.i64(17);
  run.stock_to = row.i64(18);
  run.sha256 = row.text(19);
  run.note = row.text(20);
  return run;
}

std::optional<FeedRun> first_of(const std::optional<db::Row>& row) {
  return row ? std::optional(run_of(*row)) : std::optional<FeedRun>();
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"feed/1", sql::schema},
                                          db::Migration{"feed/2", sql::schema_targets}};
  return kMigrations;
}

Result<> put(db::Session& session, const FeedRun& run) {
  SB_CHECK(session.execute(
      sql::put_run,
      {run.id, to_text(run.state), to_text(run.trigger), to_ms(run.requested_at),
       to_ms(run.finished_at), run.attempts, run.rows, run.bytes, run.file_name, run.error,
       run.target, to_text(run.kind), to_ms(run.started_at), run.rows_incomplete, run.rows_removed,
       run.catalog_from, run.catalog_to, run.stock_from, run.stock_to, run.sha256, run.note}));
  return {};
}

Result<std::vector<FeedRun>> list(db::Session& session, const std::string& target,
                                  std::int64_t before, int limit) {
  if (before <= 0) before = std::numeric_limits<std::int64_t>::max();
  SB_TRY(rows, target.empty() ? session.query(sql::list_runs, {before, limit})
                              : session.query(sql::list_runs_of, {target, before, limit}));
  std::vector<FeedRun> runs;
  for (const auto& row : rows) runs.push_back(run_of(row));
  return runs;
}

Result<std::optional<FeedRun>> find(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(sql::find_run, {id}));
  return first_of(row);
}

Result<std::optional<FeedRun>> find_waiting(db::Session& session, const std::string& target,
                                            FeedKind kind) {
  SB_TRY(row, session.query_one(sql::find_waiting_run, {target, to_text(kind)}));
  return first_of(row);
}

Result<> forget_old(db::Session& session, const std::string& target) {
  SB_CHECK(session.execute(sql::forget_old_runs, {target, kRunsKept}));
  return {};
}

Result<std::optional<Told>> find_told(db::Session& session, const std::string& target) {
  SB_TRY(row, session.query_one(sql::find_told, {target}));
  if (!row) return std::optional<Told>();
  return std::optional<Told>({{row->i64(0), row->i64(1), row->flag(2)}, row->text(3)});
}

Result<> put_told(db::Session& session, const std::string& target, const Told& told) {
  SB_CHECK(session.execute(sql::put_told, {target, told.position.catalog, told.position.stock,
                                           told.position.default_in_stock ? 1 : 0, told.form}));
  return {};
}

}  // namespace stockbell::commerce::feed_store
