#include "crm/bulk/ingest_worker.h"

#include "crm/bulk/guarded.h"
#include "crm/bulk/ingest_results.h"
#include "crm/bulk/job_rules.h"
#include "crm/objects/values.h"
#include "platform/log/log.h"

namespace stockbell::crm::bulk {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, "InvalidBatch", std::move(message));
}

// As Salesforce writes it: "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName
// --".
std::string error_text(const records::RecordResult& result) {
  std::string out;
  for (const auto& error : result.errors)
    out += fmt::format("{}{}:{}:{} --", out.empty() ? "" : ";", error.reason, error.message,
                       error.field);
  return out;
}

Result<std::vector<std::string>> read_header(CsvReader& reader, CsvRow& row) {
  SB_TRY(there, reader.next(row));
  if (!there) return invalid("the upload is empty; its first line names the fields");
  return row.fields;
}

}  // namespace

Result<bool> IngestWorker::step() {
  SB_CHECK(drop_files());
  SB_TRY(ended, db_.read([](db::Session& session) {
    return job_store::find_unfinished(session, JobKind::ingest);
  }));
  if (ended) {
    SB_CHECK(finish_ended(*ended));
    return true;
  }
  SB_TRY(job, db_.read([](db::Session& session) {
    return job_store::find_next(session, JobKind::ingest);
  }));
  if (!job) return false;
  auto done = guarded("bulk-ingest", [&] {
    return job->state == JobState::upload_complete ? check(*job) : run_batch(*job);
  });
  if (done) {
    attempts_ = 0;
    return true;
  }
  SB_CHECK(settle(*job, done.error()));
  return true;
}

// A torn file is refused before any of its rows is applied.
Result<> IngestWorker::check(const Job& job) {
  if (job.upload == 0) return invalid("the job has no upload; its first line names the fields");
  std::ifstream in(files_.upload(job.id, job.upload), std::ios::binary);
  if (!in) return fail(ErrorCode::unavailable, "bulk-file", "the upload cannot be read");
  CsvReader reader(in, character(job.delimiter), job.line_ending);
  CsvRow row;
  SB_TRY(header, read_header(reader, row));
  SB_TRY(mapping, RowMapping::create(schema_, job, header));
  for (;;) {
    SB_TRY(more, reader.next(row));
    if (!more) break;
    if (row.fields.size() != mapping.width())
      return invalid(fmt::format("line {}: the row has {} fields, the header {}", row.line,
                                 row.fields.size(), mapping.width()));
  }
  SB_CHECK(db_.write([&](db::Session& session) {
    return job_store::change_state(session, job.id, JobState::upload_complete,
                                   JobState::in_progress, "", clock_.now());
  }));
  return {};
}

Result<std::unique_ptr<IngestWorker::Upload>> IngestWorker::open(const Job& job) {
  auto upload = std::make_unique<Upload>();
  upload->id = job.id;
  upload->in.open(files_.upload(job.id, job.upload), std::ios::binary);
  if (!upload->in) return fail(ErrorCode::unavailable, "bulk-file", "the upload cannot be read");
  const char delimiter = character(job.delimiter);
  upload->reader = std::make_unique<CsvReader>(upload->in, delimiter, job.line_ending);
  CsvRow row;
  SB_TRY(header, read_header(*upload->reader, row));
  SB_TRY(mapping, RowMapping::create(schema_, job, header));
  upload->mapping = std::move(mapping);
  if (job.batches > 0) {
    upload->in.clear();
    upload->in.seekg(job.position);
    upload->reader =
        std::make_unique<CsvReader>(upload->in, delimiter, job.line_ending, job.position, job.line);
  }
  upload->position = job.position;
  return upload;
}

Result<IngestWorker::Batch> IngestWorker::read_batch(Upload& upload) {
  Batch batch;
  CsvRow row;
  std::size_t bytes = 0;
  while (batch.rows.size() < options_.batch_rows && bytes < options_.batch_bytes) {
    SB_TRY(more, upload.reader->next(row));
    if (!more) break;
    if (row.fields.size() != upload.mapping->width())
      return invalid(fmt::format("line {}: the row is torn", row.line));
    for (const auto& field : row.fields) bytes += field.size();
    batch.rows.push_back(upload.mapping->record_of(row.fields));
    batch.end = row.end;
  }
  return batch;
}

Result<> IngestWorker::run_batch(const Job& job) {
  if (!upload_ || upload_->id != job.id || upload_->position != job.position) {
    SB_TRY(opened, open(job));
    upload_ = std::move(opened);
  }
  SB_TRY(batch, read_batch(*upload_));
  if (batch.rows.empty()) {
    upload_.reset();
    return finish(job, JobState::in_progress, JobState::job_complete);
  }
  SB_CHECK(apply(job, *upload_, batch));
  upload_->position = batch.end;
  return {};
}

Result<> IngestWorker::apply(const Job& job, Upload& upload, const Batch& batch) {
  const auto began = clock_.now();
  const auto& object = *batch.rows.front().object;
  return writer_.write(
      job.owner.name, record_operation(job.operation), batch.rows,
      [&](db::Session& session, std::span<const records::RecordResult> results) -> Result<> {
        if (results.size() != batch.rows.size())
          return fail(ErrorCode::internal, "bulk-results", "a batch came back with other rows");
        job_store::Progress progress;
        progress.batch = job.batches;
        progress.position = batch.end;
        progress.line = upload.reader->line();
        for (const auto& result : results) {
          ++progress.rows;
          if (!result.success()) ++progress.failed;
          append_outcome(progress.outcomes,
                         {result.id == 0 ? "" : objects::record_id(object, result.id),
                          result.created, error_text(result)});
        }
        progress.ms = (clock_.now() - began).count();
        return job_store::save_progress(session, job.id, progress, clock_.now());
      });
}

// A job whose upload is lost gets no result files; it must not stand in the others' way.
Result<> IngestWorker::finish_ended(const Job& job) {
  auto finished = guarded("bulk-ingest", [&] { return finish(job, job.state, job.state); });
  if (finished || ++attempts_ < options_.attempts) return finished;
  attempts_ = 0;
  SB_CHECK(db_.write([&](db::Session& session) {
    return job_store::save_results(session, job.id, job.state, job.state, 0, clock_.now());
  }));
  return {};
}

// From `from` to `to` with the result files written; a job that left `from` meanwhile comes by
// again.
Result<> IngestWorker::finish(const Job& job, JobState from, JobState to) {
  SB_TRY(bytes, write_ingest_results(db_, files_, job));
  SB_TRY(kept, db_.write([&](db::Session& session) -> Result<bool> {
    SB_TRY(saved, job_store::save_results(session, job.id, from, to, bytes, clock_.now()));
    if (saved) SB_CHECK(job_store::delete_batches(session, job.id));
    return saved;
  }));
  if (!kept) {
    SB_TRY(still, db_.read([&](db::Session& session) { return job_store::find(session, job.id); }));
    if (!still) files_.remove(job.id);
    return {};
  }
  if (job.upload != 0) files_.remove(files_.upload(job.id, job.upload));
  log::info("crm-bulk-ingest", {{"job", to_record_id(kJobPrefix, job.id.value)},
                                {"state", std::string(to_text(to))},
                                {"rows", std::to_string(job.processed)},
                                {"refused", std::to_string(job.failed)},
                                {"ms", std::to_string(job.total_ms)}});
  return {};
}

// What the failure of a step means: ended meanwhile, a bad file, or something to try again.
Result<> IngestWorker::settle(const Job& job, const Error& error) {
  upload_.reset();
  if (error.reason == "bulk-job-moved") return {};
  if (error.code == ErrorCode::invalid || ++attempts_ >= options_.attempts)
    return end_as_failed(job, error);
  SB_CHECK(
      db_.write([&](db::Session& session) { return job_store::count_retry(session, job.id); }));
  return fail(error);
}

Result<> IngestWorker::end_as_failed(const Job& job, const Error& error) {
  attempts_ = 0;
  log::warning("crm-bulk-failed",
               {{"job", to_record_id(kJobPrefix, job.id.value)}, {"reason", error.reason}});
  SB_CHECK(db_.write([&](db::Session& session) {
    return job_store::change_state(session, job.id, job.state, JobState::failed,
                                   error_message(error), clock_.now());
  }));
  return {};
}

Result<> IngestWorker::drop_files() {
  SB_TRY(gone, db_.read([](db::Session& session) {
    return job_store::list_gone(session, JobKind::ingest);
  }));
  for (const auto id : gone) {
    files_.remove(id);
    SB_CHECK(db_.write([&](db::Session& session) { return job_store::clear_bytes(session, id); }));
  }
  return {};
}

}  // namespace stockbell::crm::bulk
