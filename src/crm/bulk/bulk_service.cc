#include "crm/bulk/bulk_service.h"

#include <unordered_set>

#include "crm/bulk/query_pages.h"
#include "crm/soql/parser.h"

namespace stockbell::crm::bulk {
namespace {

constexpr auto kSweepEvery = std::chrono::hours(1);

Result<JobId> parse_job_id(std::string_view text) {
  if (const auto id = parse_record_id(kJobPrefix, text)) return JobId{*id};
  return fail(no_such_job());
}

}  // namespace

BulkService::BulkService(db::Database& db, const objects::Schema& schema, RowWriter& writer,
                         const RowReader& reader, const Clock& clock, Random& random,
                         BulkOptions options)
    : db_(db),
      schema_(schema),
      reader_(reader),
      clock_(clock),
      ids_(clock, random),
      options_(std::move(options)),
      files_(options_.directory),
      ingest_(db, schema, writer, clock, files_, options_),
      query_(db, reader, clock, files_, options_),
      ingest_loop_("crm-bulk-ingest-postponed", [this] { return step_and_sweep(); }),
      query_loop_("crm-bulk-query-postponed", [this] { return query_.step(); }) {}

void BulkService::start() {
  query_.interrupt(false);
  ingest_loop_.start();
  query_loop_.start();
}

void BulkService::stop() {
  query_.interrupt(true);
  ingest_loop_.stop();
  query_loop_.stop();
}

Result<bool> BulkService::step(JobKind kind) {
  return kind == JobKind::ingest ? ingest_.step() : query_.step();
}

Result<bool> BulkService::step_and_sweep() {
  if (const auto now = clock_.now(); now - swept_at_ >= kSweepEvery) {
    SB_CHECK(sweep());
    swept_at_ = now;
  }
  return ingest_.step();
}

Result<> BulkService::sweep() {
  SB_TRY(expired, db_.write([&](db::Session& session) {
    return job_store::remove_expired(session, clock_.now() - options_.keep);
  }));
  for (const auto id : expired) files_.remove(id);
  // In this order: a job is in the store before it has a folder, so a folder that was there before
  // the ids were read and has no job is nobody's. One made since is not looked at.
  const auto folders = files_.list();
  SB_TRY(known, db_.read([](db::Session& session) { return job_store::list_ids(session); }));
  std::unordered_set<std::int64_t> jobs;
  for (const auto id : known) jobs.insert(id.value);
  for (const auto id : folders)
    if (!jobs.contains(id.value)) files_.remove(id);
  return {};
}

Result<> BulkService::check_waiting(db::Session& session, JobKind kind) const {
  SB_TRY(waiting, job_store::count(session, kind, JobState::upload_complete));
  SB_TRY(running, job_store::count(session, kind, JobState::in_progress));
  if (waiting + running >= options_.waiting_jobs)
    return fail(
        limit_reached(fmt::format("{} {} jobs wait or run already; try again when some have ended",
                                  waiting + running, to_text(kind))));
  return {};
}

Result<> BulkService::check_limits(db::Session& session, const Job& job) const {
  if (job.state == JobState::upload_complete) SB_CHECK(check_waiting(session, job.kind));
  if (job.state == JobState::open) {
    SB_TRY(open, job_store::count(session, job.kind, JobState::open));
    if (open >= options_.open_jobs)
      return fail(limit_reached(
          fmt::format("{} jobs wait for their upload; complete or abort some", open)));
  }
  SB_TRY(bytes, job_store::sum_bytes(session));
  if (bytes >= options_.disk_bytes)
    return fail(limit_reached(
        fmt::format("bulk jobs hold {} of {} bytes; delete some", bytes, options_.disk_bytes)));
  return {};
}

Result<Job> BulkService::insert(Job job, const Caller& caller) {
  job.id = ids_.make<JobId>();
  job.owner = caller;
  job.created_at = job.modified_at = clock_.now();
  auto made = db_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(check_limits(session, job));
    return job_store::insert(session, job);
  });
  if (!made) return fail(std::move(made).error());
  return job;
}

Result<Job> BulkService::create_ingest(const Caller& caller, const boost::json::object& body) {
  SB_TRY(job, read_ingest_job(schema_, body));
  return insert(std::move(job), caller);
}

Result<Job> BulkService::create_ingest(const Caller& caller, const boost::json::object& body,
                                       const std::filesystem::path& content) {
  SB_TRY(job, create_ingest(caller, body));
  auto taken = take_upload(job, content);
  if (taken) taken = move(job, JobState::upload_complete);
  if (taken) return get(caller, JobKind::ingest, to_record_id(kJobPrefix, job.id.value));
  static_cast<void>(move(job, JobState::aborted));  // nobody knows its id
  return fail(taken.error());
}

Result<Job> BulkService::create_query(const Caller& caller, const boost::json::object& body) {
  SB_TRY(job, read_query_job(body));
  if (auto columns = reader_.columns(job.query); !columns) return fail(columns.error());
  const auto parsed = soql::parse(job.query);
  if (parsed)
    if (const auto* object = schema_.find(parsed->from)) job.object = object->name;
  SB_TRY(made, insert(std::move(job), caller));
  query_loop_.wake();
  return std::move(made);
}

Result<> BulkService::upload(const Caller& caller, std::string_view id,
                             const std::filesystem::path& content) {
  SB_TRY(job, get(caller, JobKind::ingest, id));
  return take_upload(job, content);
}

Result<> BulkService::take_upload(const Job& job, const std::filesystem::path& content) {
  if (job.state != JobState::open)
    return fail(wrong_state(
        fmt::format("the job is {}; rows are taken while it is Open", to_text(job.state))));
  std::error_code problem;
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(content, problem));
  if (problem) return fail(ErrorCode::unavailable, "bulk-file", "the upload cannot be read");
  const auto number = ids_.next();
  const auto file = files_.upload(job.id, number);
  SB_CHECK(files_.take_in(content, file));
  auto kept = db_.write([&](db::Session& session) -> Result<> {
    SB_TRY(held, job_store::sum_bytes(session));
    if (held + bytes > options_.disk_bytes)
      return fail(limit_reached(
          fmt::format("bulk jobs may hold {} bytes together; delete some", options_.disk_bytes)));
    SB_TRY(saved, job_store::save_upload(session, job.id, number, bytes, clock_.now()));
    if (saved) return {};
    return fail(wrong_state(fmt::format(
        "Found multiple contents for job: <{}>; a job takes one upload: make another job",
        to_record_id(kJobPrefix, job.id.value))));
  });
  if (!kept) files_.remove(file);
  return kept;
}

Result<> BulkService::move(const Job& job, JobState to) {
  auto moved = db_.write([&](db::Session& session) -> Result<> {
    SB_TRY(now, job_store::find(session, job.id));
    if (!now) return fail(no_such_job());
    if (now->state == to) return {};  // asked twice
    if (has_ended(now->state))
      return fail(wrong_state(fmt::format("the job is {} already", to_text(now->state))));
    if (to == JobState::upload_complete) {
      if (now->state != JobState::open)
        return fail(wrong_state(fmt::format("the job is {} already", to_text(now->state))));
      SB_CHECK(check_waiting(session, job.kind));
    }
    SB_CHECK(job_store::change_state(session, job.id, now->state, to, "", clock_.now()));
    return {};
  });
  if (moved) loop_of(job.kind).wake();
  return moved;
}

Result<Job> BulkService::change_state(const Caller& caller, JobKind kind, std::string_view id,
                                      std::string_view state) {
  SB_TRY(job, get(caller, kind, id));
  const auto to = parse_enum<JobState>(state);
  const bool complete = to == JobState::upload_complete && kind == JobKind::ingest;
  if (!complete && to != JobState::aborted)
    return fail(ErrorCode::invalid, "INVALIDJOBSTATE",
                kind == JobKind::ingest ? "state must be UploadComplete or Aborted"
                                        : "state must be Aborted",
                "state");
  SB_CHECK(move(job, *to));
  return get(caller, kind, id);
}

Result<Job> BulkService::get(const Caller& caller, JobKind kind, std::string_view id) const {
  SB_TRY(job_id, parse_job_id(id));
  SB_TRY(job, db_.read([&](db::Session& session) { return job_store::find(session, job_id); }));
  if (!job || job->kind != kind || !may_see(caller, *job)) return fail(no_such_job());
  return std::move(*job);
}

Result<std::vector<Job>> BulkService::list(const Caller& caller, JobKind kind,
                                           std::string_view before) const {
  JobId bound{std::numeric_limits<std::int64_t>::max()};
  if (!before.empty()) {
    SB_TRY(given, parse_job_id(before));
    bound = given;
  }
  const std::string role = caller.role == http::Role::admin ? "" : "readonly";
  return db_.read([&](db::Session& session) {
    return job_store::list(session, kind, bound, role, kJobsOfList + 1);
  });
}

Result<> BulkService::remove(const Caller& caller, JobKind kind, std::string_view id) {
  SB_TRY(job, get(caller, kind, id));
  SB_TRY(removed,
         db_.write([&](db::Session& session) { return job_store::remove(session, job.id); }));
  if (!removed)
    return fail(wrong_state(fmt::format("the job is {}; abort it first", to_text(job.state))));
  files_.remove(job.id);
  return {};
}

Result<std::filesystem::path> BulkService::ingest_result(const Caller& caller, std::string_view id,
                                                         IngestResult which) const {
  SB_TRY(job, get(caller, JobKind::ingest, id));
  if (job.files_gone) return fail(files_gone());
  if (!has_ended(job.state) || !job.results_ready)
    return fail(wrong_state(fmt::format(
        "the job is {}; its results are there when it is JobComplete, Failed or Aborted",
        has_ended(job.state) ? "ending" : to_text(job.state))));
  switch (which) {
    case IngestResult::successful:
      return files_.successful(job.id);
    case IngestResult::failed:
      return files_.failed(job.id);
    case IngestResult::unprocessed:
      return files_.unprocessed(job.id);
  }
  return fail(no_such_job());
}

Result<QueryResult> BulkService::query_result(const Caller& caller, std::string_view id,
                                              std::string_view locator, std::int64_t most) const {
  SB_TRY(job, get(caller, JobKind::query, id));
  if (job.files_gone) return fail(files_gone());
  if (job.state != JobState::job_complete)
    return fail(wrong_state(fmt::format("the job is {}; its result is there when it is JobComplete",
                                        to_text(job.state))));
  Locator at;
  if (!locator.empty()) {
    const auto parsed = parse_locator(job.id, locator);
    if (!parsed) return fail(wrong_locator());
    at = *parsed;
  }
  return read_page(db_, files_, job, at, most);
}

void BulkService::after_erasure() {
  ingest_loop_.wake();
  query_loop_.wake();
}

}  // namespace stockbell::crm::bulk
