#include "commerce/import_jobs/job_run_store.h"

#include <limits>

#include "sql/commerce_import_job.sql.h"

namespace stockbell::commerce::job_run_store {
namespace {

namespace sql = stockbell::sql::commerce_import_job;

JobRun run_of(const db::Row& row) {
  JobRun run;
  run.id = row.i64(0);
  run.job = row.text(1);
  run.cause = row.text(2);
  run.state = parse_enum<JobState>(row.text(3)).value_or(JobState::finished);
  run.status = parse_enum<JobStatus>(row.text(4)).value_or(JobStatus::none);
  run.files = row.i64(5);
  run.files_failed = row.i64(6);
  run.rows_changed = row.i64(7);
  run.detail = row.text(8);
  run.created_at = from_ms(row.i64(9));
  if (!row.is_null(10)) run.finished_at = from_ms(row.i64(10));
  return run;
}

std::optional<JobRun> run_of(const std::optional<db::Row>& row) {
  if (!row) return {};
  return run_of(*row);
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"import_jobs/1", sql::schema}};
  return kMigrations;
}

Result<JobRun> demand(db::Session& session, const JobRun& run) {
  SB_TRY(inserted,
         session.execute(sql::insert_run, {run.id, run.job, run.cause, to_ms(run.created_at)}));
  if (inserted == 1) return run;
  SB_TRY(row, session.query_one(sql::find_waiting, {run.job}));
  return row ? run_of(*row) : run;
}

Result<std::optional<JobRun>> find(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(sql::find_run, {id}));
  return run_of(row);
}

Result<std::optional<JobRun>> next_open(db::Session& session) {
  SB_TRY(row, session.query_one(sql::next_open));
  return run_of(row);
}

Result<> update(db::Session& session, const JobRun& run) {
  const auto finished = run.finished_at ? db::Value(to_ms(*run.finished_at)) : db::Value();
  SB_CHECK(
      session.execute(sql::update_run, {run.id, to_text(run.state), to_text(run.status), run.files,
                                        run.files_failed, run.rows_changed, run.detail, finished}));
  return {};
}

Result<std::vector<JobRun>> list(db::Session& session, std::int64_t before, const std::string& job,
                                 int limit) {
  if (before <= 0) before = std::numeric_limits<std::int64_t>::max();
  SB_TRY(rows, session.query(sql::list_runs, {before, job, limit}));
  std::vector<JobRun> runs;
  for (const auto& row : rows) runs.push_back(run_of(row));
  return runs;
}

Result<> forget_before(db::Session& session, Time time) {
  SB_CHECK(session.execute(sql::forget_before, {to_ms(time)}));
  return {};
}

}  // namespace stockbell::commerce::job_run_store
