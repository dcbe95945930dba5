#include "crm/bulk/job_store.h"

#include "sql/crm_bulk.sql.h"

namespace stockbell::crm::bulk::job_store {
namespace {

namespace sql = stockbell::sql::crm_bulk;

constexpr std::string_view kErased =
    "ClientInputError : a person's data was erased while this job waited or ran; send it again "
    "without them";

std::string role_text(http::Role role) { return role == http::Role::admin ? "admin" : "readonly"; }

Job job_of(const db::Row& row) {
  Job job;
  job.id = JobId{row.i64(0)};
  job.kind = parse_enum<JobKind>(row.text(1)).value_or(JobKind::ingest);
  job.state = parse_enum<JobState>(row.text(2)).value_or(JobState::failed);
  job.operation = parse_enum<JobOperation>(row.text(3)).value_or(JobOperation::insert);
  job.object = row.text(4);
  job.external_field = row.text(5);
  job.query = row.text(6);
  job.line_ending = parse_enum<LineEnding>(row.text(7)).value_or(LineEnding::lf);
  job.delimiter = parse_enum<ColumnDelimiter>(row.text(8)).value_or(ColumnDelimiter::comma);
  job.owner.name = row.text(9);
  job.owner.role = row.text(10) == "admin" ? http::Role::admin : http::Role::readonly;
  job.owner.version = row.text(11);
  job.created_at = from_ms(row.i64(12));
  job.modified_at = from_ms(row.i64(13));
  job.upload = row.i64(14);
  job.bytes = row.i64(15);
  job.position = row.i64(16);
  job.line = row.i64(17);
  job.batches = row.i64(18);
  job.processed = row.i64(19);
  job.failed = row.i64(20);
  job.total_ms = row.i64(21);
  job.retries = row.i64(22);
  job.error = row.text(23);
  job.results_ready = row.flag(24);
  job.files_gone = row.flag(25);
  return job;
}

Result<std::optional<Job>> one(Result<std::optional<db::Row>> row) {
  if (!row) return std::unexpected(std::move(row).error());
  if (!*row) return std::optional<Job>();
  return std::optional<Job>(job_of(**row));
}

Result<bool> changed(Result<std::int64_t> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  return *rows > 0;
}

Result<std::vector<JobId>> ids_of(Result<db::Rows> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  std::vector<JobId> ids;
  for (const auto& row : *rows) ids.push_back(JobId{row.i64(0)});
  return ids;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"crm/bulk/1", sql::create_jobs}};
  return kMigrations;
}

Result<> insert(db::Session& session, const Job& job) {
  SB_CHECK(session.execute(
      sql::insert_job,
      {job.id.value, to_text(job.kind), to_text(job.state), to_text(job.operation), job.object,
       job.external_field, job.query, to_text(job.line_ending), to_text(job.delimiter),
       job.owner.name, role_text(job.owner.role), job.owner.version, to_ms(job.created_at)}));
  return {};
}

Result<std::optional<Job>> find(db::Session& session, JobId id) {
  return one(session.query_one(sql::find_job, {id.value}));
}

Result<std::vector<Job>> list(db::Session& session, JobKind kind, JobId before,
                              const std::string& owner_role, int limit) {
  SB_TRY(rows, session.query(sql::list_jobs, {to_text(kind), before.value, owner_role, limit}));
  std::vector<Job> jobs;
  for (const auto& row : rows) jobs.push_back(job_of(row));
  return jobs;
}

Result<std::optional<Job>> find_next(db::Session& session, JobKind kind) {
  return one(session.query_one(sql::next_job, {to_text(kind)}));
}

Result<std::optional<Job>> find_unfinished(db::Session& session, JobKind kind) {
  return one(session.query_one(sql::next_unfinished, {to_text(kind)}));
}

Result<std::int64_t> count(db::Session& session, JobKind kind, JobState state) {
  SB_TRY(row, session.query_one(sql::count_state, {to_text(kind), to_text(state)}));
  return row->i64(0);
}

Result<std::int64_t> sum_bytes(db::Session& session) {
  SB_TRY(row, session.query_one(sql::sum_bytes));
  return row->i64(0);
}

Result<bool> save_upload(db::Session& session, JobId id, std::int64_t upload, std::int64_t bytes,
                         Time now) {
  return changed(session.execute(sql::save_upload, {id.value, upload, bytes, to_ms(now)}));
}

Result<bool> change_state(db::Session& session, JobId id, JobState from, JobState to,
                          const std::string& error, Time now) {
  return changed(session.execute(sql::change_state,
                                 {id.value, to_text(from), to_text(to), error, to_ms(now)}));
}

Result<bool> restart(db::Session& session, JobId id, Time now) {
  SB_CHECK(delete_batches(session, id));
  return changed(session.execute(sql::restart, {id.value, to_ms(now)}));
}

Result<bool> save_results(db::Session& session, JobId id, JobState from, JobState to,
                          std::int64_t bytes, Time now) {
  return changed(session.execute(sql::save_results,
                                 {id.value, to_text(from), to_text(to), bytes, to_ms(now)}));
}

Result<> count_retry(db::Session& session, JobId id) {
  SB_CHECK(session.execute(sql::count_retry, {id.value}));
  return {};
}

Result<> save_progress(db::Session& session, JobId id, const Progress& progress, Time now) {
  SB_TRY(rows, session.execute(sql::save_progress, {id.value, progress.batch, progress.position,
                                                    progress.line, progress.rows, progress.failed,
                                                    progress.ms, progress.bytes, to_ms(now)}));
  if (rows == 0)
    return fail(ErrorCode::conflict, "bulk-job-moved", "the job was ended by somebody else");
  SB_CHECK(session.execute(sql::insert_batch,
                           {id.value, progress.batch, progress.rows, progress.outcomes}));
  return {};
}

Result<std::optional<Batch>> find_batch(db::Session& session, JobId id, std::int64_t number) {
  SB_TRY(row, session.query_one(sql::find_batch, {id.value, number}));
  if (!row) return std::optional<Batch>();
  return std::optional<Batch>(Batch{row->i64(0), row->text(1)});
}

Result<> delete_batches(db::Session& session, JobId id) {
  SB_CHECK(session.execute(sql::delete_batches, {id.value}));
  return {};
}

Result<bool> remove(db::Session& session, JobId id) {
  SB_TRY(removed, changed(session.execute(sql::delete_job, {id.value})));
  if (removed) SB_CHECK(delete_batches(session, id));
  return removed;
}

Result<std::vector<JobId>> remove_expired(db::Session& session, Time before) {
  SB_TRY(ids, ids_of(session.query(sql::list_expired, {to_ms(before)})));
  for (const auto id : ids) {
    SB_CHECK(session.execute(sql::delete_expired, {id.value, to_ms(before)}));
    SB_CHECK(delete_batches(session, id));
  }
  return std::move(ids);
}

Result<std::vector<JobId>> list_ids(db::Session& session) {
  return ids_of(session.query(sql::list_ids));
}

Result<> erase(db::Session& session, Time now) {
  SB_CHECK(session.execute(sql::erase_running, {kErased, to_ms(now)}));
  SB_CHECK(session.execute(sql::erase_files));
  SB_CHECK(session.execute(sql::erase_batches));
  return {};
}

Result<std::vector<JobId>> list_gone(db::Session& session, JobKind kind) {
  return ids_of(session.query(sql::list_gone, {to_text(kind)}));
}

Result<> clear_bytes(db::Session& session, JobId id) {
  SB_CHECK(session.execute(sql::clear_bytes, {id.value}));
  return {};
}

}  // namespace stockbell::crm::bulk::job_store
