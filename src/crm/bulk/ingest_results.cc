#include "crm/bulk/ingest_results.h"

#include <sstream>

#include "crm/bulk/csv.h"
#include "crm/bulk/job_store.h"

namespace stockbell::crm::bulk {
namespace {

class ResultFile {
 public:
  ResultFile(std::filesystem::path file, const Job& job)
      : out_(std::move(file)),
        delimiter_(character(job.delimiter)),
        ending_(characters(job.line_ending)) {}

  void row(std::initializer_list<std::string_view> first, const std::vector<std::string>& rest) {
    text_.clear();
    for (const auto value : first) add(value);
    for (const auto& value : rest) add(value);
    text_ += ending_;
    out_.write(text_);
  }
  Result<std::int64_t> keep() {
    SB_CHECK(out_.keep());
    return out_.bytes();
  }

 private:
  void add(std::string_view value) {
    if (!text_.empty()) text_ += delimiter_;
    append_csv_field(text_, value);
  }
  FileWriter out_;
  char delimiter_;
  std::string_view ending_;
  std::string text_;
};

// What was noted of the rows, one after the other.
class Outcomes {
 public:
  Outcomes(db::Database& db, const Job& job) : db_(db), job_(job) {}

  // Null: the rows from here on were not touched.
  Result<const RowOutcome*> next() {
    while (at_ == outcomes_.size()) {
      if (batch_ == job_.batches) return nullptr;
      SB_TRY(batch, db_.read([&](db::Session& session) {
        return job_store::find_batch(session, job_.id, batch_);
      }));
      if (!batch) return nullptr;  // an erasure came between
      SB_TRY(outcomes, parse_outcomes(batch->outcomes));
      outcomes_ = std::move(outcomes);
      at_ = 0;
      ++batch_;
    }
    return &outcomes_[at_++];
  }

 private:
  db::Database& db_;
  const Job& job_;
  std::vector<RowOutcome> outcomes_;
  std::size_t at_ = 0;
  std::int64_t batch_ = 0;
};

// Nothing was applied, perhaps because it cannot be read: the upload itself is what is left.
Result<std::int64_t> hand_back(const JobFiles& files, const Job& job, ResultFile& unprocessed) {
  SB_TRY(empty, unprocessed.keep());
  std::error_code problem;
  const auto upload = files.upload(job.id, job.upload);
  if (job.upload == 0 || !std::filesystem::exists(upload, problem)) return empty;
  std::filesystem::copy_file(upload, files.unprocessed(job.id),
                             std::filesystem::copy_options::overwrite_existing, problem);
  if (problem) return fail(ErrorCode::unavailable, "bulk-file", problem.message());
  return static_cast<std::int64_t>(std::filesystem::file_size(upload, problem));
}

}  // namespace

void append_outcome(std::string& out, const RowOutcome& outcome) {
  append_csv_field(out, outcome.id);
  out += outcome.created ? ",true," : ",false,";
  append_csv_field(out, outcome.error);
  out += '\n';
}

Result<std::vector<RowOutcome>> parse_outcomes(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in, ',', LineEnding::lf);
  std::vector<RowOutcome> outcomes;
  CsvRow row;
  for (;;) {
    SB_TRY(more, reader.next(row));
    if (!more) return outcomes;
    if (row.fields.size() != 3)
      return fail(ErrorCode::internal, "bulk-outcomes", "the outcomes of a batch are torn");
    outcomes.push_back(
        {std::move(row.fields[0]), row.fields[1] == "true", std::move(row.fields[2])});
  }
}

Result<std::int64_t> write_ingest_results(db::Database& db, const JobFiles& files, const Job& job) {
  ResultFile successful(files.successful(job.id), job), failed(files.failed(job.id), job),
      unprocessed(files.unprocessed(job.id), job);
  std::ifstream in(job.upload == 0 ? std::filesystem::path() : files.upload(job.id, job.upload),
                   std::ios::binary);
  CsvReader reader(in, character(job.delimiter), job.line_ending);
  CsvRow row;
  if (job.batches > 0) {
    SB_TRY(has_header, reader.next(row));
    if (!has_header)
      return fail(ErrorCode::unavailable, "bulk-file", "the upload of a job is not there");
  }
  successful.row({"sf__Id", "sf__Created"}, row.fields);
  failed.row({"sf__Id", "sf__Error"}, row.fields);
  std::int64_t bytes = 0;
  if (job.batches > 0) {
    unprocessed.row({}, row.fields);
    Outcomes outcomes(db, job);
    for (;;) {
      SB_TRY(more, reader.next(row));
      if (!more) break;
      SB_TRY(outcome, outcomes.next());
      if (!outcome)
        unprocessed.row({}, row.fields);
      else if (outcome->error.empty())
        successful.row({outcome->id, outcome->created ? "true" : "false"}, row.fields);
      else
        failed.row({outcome->id, outcome->error}, row.fields);
    }
    SB_TRY(left, unprocessed.keep());
    bytes += left;
  } else {
    SB_TRY(left, hand_back(files, job, unprocessed));
    bytes += left;
  }
  SB_TRY(done, successful.keep());
  SB_TRY(refused, failed.keep());
  return bytes + done + refused;
}

}  // namespace stockbell::crm::bulk
