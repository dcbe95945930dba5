#include "crm/bulk/query_worker.h"

#include "crm/bulk/csv.h"
#include "crm/bulk/guarded.h"
#include "crm/bulk/job_rules.h"
#include "crm/soql/parser.h"
#include "platform/log/log.h"

namespace stockbell::crm::bulk {
namespace {

std::string line_of(const Job& job, std::span<const std::string> cells) {
  std::string line;
  for (const auto& cell : cells) {
    if (!line.empty()) line += character(job.delimiter);
    append_csv_field(line, cell);
  }
  line += characters(job.line_ending);
  return line;
}

bool can_resume(const std::string& query) {
  const auto parsed = soql::parse(query);
  return parsed && parsed->order_by.empty() && !parsed->limit && !parsed->offset;
}

}  // namespace

Result<bool> QueryWorker::step() {
  SB_CHECK(drop_files());
  SB_TRY(ended, db_.read([](db::Session& session) {
    return job_store::find_unfinished(session, JobKind::query);
  }));
  if (ended) {  // half a result is none
    files_.remove(ended->id);
    SB_CHECK(db_.write([&](db::Session& session) {
      return job_store::save_results(session, ended->id, ended->state, ended->state, 0,
                                     clock_.now());
    }));
    return true;
  }
  SB_TRY(job, db_.read([](db::Session& session) {
    return job_store::find_next(session, JobKind::query);
  }));
  if (!job) return false;
  auto done = guarded("bulk-query", [&] { return run(*job); });
  if (done)
    attempts_ = 0;
  else
    SB_CHECK(settle(*job, done.error()));
  return true;
}

Result<> QueryWorker::begin(Job& job) {
  if (job.state == JobState::upload_complete) {
    SB_CHECK(db_.write([&](db::Session& session) {
      return job_store::change_state(session, job.id, JobState::upload_complete,
                                     JobState::in_progress, "", clock_.now());
    }));
    job.state = JobState::in_progress;
  }
  if (job.batches == 0 || can_resume(job.query)) return {};
  SB_CHECK(db_.write(
      [&](db::Session& session) { return job_store::restart(session, job.id, clock_.now()); }));
  files_.remove(job.id);
  job.batches = job.position = job.processed = job.bytes = 0;
  return {};
}

Result<> QueryWorker::run(Job& job) {
  SB_CHECK(begin(job));
  SB_TRY(columns, reader_.columns(job.query));
  const auto header = line_of(job, columns);
  Page page;
  soql::RowsOptions options;
  options.all_rows = job.operation == JobOperation::query_all;
  options.after = job.position;
  SB_CHECK(reader_.for_each_row(
      job.query, options, [&](std::int64_t id, std::span<const std::string> cells) -> Result<> {
        return add_row(job, page, header, id, cells);
      }));
  if (job.batches == 0 && !page.file) SB_CHECK(open_page(job, page, header));  // the header alone
  if (page.file) SB_CHECK(end_page(job, page));
  SB_CHECK(db_.write([&](db::Session& session) {
    return job_store::save_results(session, job.id, JobState::in_progress, JobState::job_complete,
                                   job.bytes, clock_.now());
  }));
  log::info("crm-bulk-query", {{"job", to_record_id(kJobPrefix, job.id.value)},
                               {"rows", std::to_string(job.processed)}});
  return {};
}

Result<> QueryWorker::open_page(const Job& job, Page& page, const std::string& header) {
  page.file = std::make_unique<FileWriter>(files_.page(job.id, job.batches));
  page.file->write(header);
  page.rows = 0;
  return {};
}

Result<> QueryWorker::add_row(Job& job, Page& page, const std::string& header, std::int64_t id,
                              std::span<const std::string> cells) {
  if (interrupted_) return fail(ErrorCode::unavailable, "bulk-stopped", "the server is stopping");
  if (!page.file) SB_CHECK(open_page(job, page, header));
  page.file->write(line_of(job, cells));
  page.last_id = id;
  ++page.rows;
  if (page.rows < options_.file_rows && page.file->bytes() < options_.file_bytes) return {};
  return end_page(job, page);
}

Result<> QueryWorker::end_page(Job& job, Page& page) {
  SB_CHECK(page.file->keep());
  job_store::Progress progress;
  progress.batch = job.batches;
  progress.position = page.last_id;
  progress.rows = page.rows;
  progress.bytes = page.file->bytes();
  const auto now = clock_.now();
  progress.ms = (now - job.modified_at).count();
  SB_CHECK(db_.write([&](db::Session& session) -> Result<> {
    SB_TRY(bytes, job_store::sum_bytes(session));
    if (bytes + progress.bytes > options_.disk_bytes)
      return fail(limit_reached(
          fmt::format("bulk jobs may hold {} bytes together; delete some", options_.disk_bytes)));
    return job_store::save_progress(session, job.id, progress, now);
  }));
  ++job.batches;
  job.position = progress.position;
  job.processed += progress.rows;
  job.bytes += progress.bytes;
  job.modified_at = now;
  page.file.reset();
  return {};
}

Result<> QueryWorker::settle(const Job& job, const Error& error) {
  if (error.reason == "bulk-job-moved") {
    files_.remove(job.id);
    return {};
  }
  if (error.reason == "bulk-stopped") return fail(error);
  const bool final = error.code == ErrorCode::invalid || error.code == ErrorCode::forbidden;
  if (!final && ++attempts_ < options_.attempts) {
    SB_CHECK(
        db_.write([&](db::Session& session) { return job_store::count_retry(session, job.id); }));
    return fail(error);
  }
  attempts_ = 0;
  log::warning("crm-bulk-failed",
               {{"job", to_record_id(kJobPrefix, job.id.value)}, {"reason", error.reason}});
  SB_CHECK(db_.write([&](db::Session& session) {
    return job_store::change_state(session, job.id, job.state, JobState::failed,
                                   error_message(error), clock_.now());
  }));
  return {};
}

Result<> QueryWorker::drop_files() {
  SB_TRY(gone, db_.read([](db::Session& session) {
    return job_store::list_gone(session, JobKind::query);
  }));
  for (const auto id : gone) {
    files_.remove(id);
    SB_CHECK(db_.write([&](db::Session& session) { return job_store::clear_bytes(session, id); }));
  }
  return {};
}

}  // namespace stockbell::crm::bulk
