// Carries out ingest jobs: checks the whole upload, applies it in batches, writes the result files.
// A batch's rows, its outcomes and the place in the upload are one transaction, so a kill at any
// moment repeats no row: what is repeated is reading, and writing files that nobody saw yet. Used
// by one thread at a time (BulkService's).
#pragma once
#include <fstream>
#include <memory>
#include <optional>

#include "crm/bulk/csv.h"
#include "crm/bulk/job_files.h"
#include "crm/bulk/job_store.h"
#include "crm/bulk/ports.h"
#include "crm/bulk/row_mapping.h"

namespace stockbell::crm::bulk {

class IngestWorker {
 public:
  IngestWorker(db::Database& db, const objects::Schema& schema, RowWriter& writer,
               const Clock& clock, const JobFiles& files, const BulkOptions& options)
      : db_(db),
        schema_(schema),
        writer_(writer),
        clock_(clock),
        files_(files),
        options_(options) {}

  // One batch, or one job's check or result files. False: there is nothing to do.
  Result<bool> step();

 private:
  struct Upload {  // an upload being read
    JobId id;
    std::int64_t position = 0;  // of the next batch
    std::ifstream in;
    std::unique_ptr<CsvReader> reader;
    std::optional<RowMapping> mapping;
  };
  struct Batch {
    std::vector<records::RecordInput> rows;
    std::int64_t end = 0;
  };

  Result<> check(const Job& job);
  Result<std::unique_ptr<Upload>> open(const Job& job);
  Result<> run_batch(const Job& job);
  Result<Batch> read_batch(Upload& upload);
  Result<> apply(const Job& job, Upload& upload, const Batch& batch);
  Result<> finish_ended(const Job& job);
  Result<> finish(const Job& job, JobState from, JobState to);
  Result<> settle(const Job& job, const Error& error);
  Result<> end_as_failed(const Job& job, const Error& error);
  Result<> drop_files();

  db::Database& db_;
  const objects::Schema& schema_;
  RowWriter& writer_;
  const Clock& clock_;
  const JobFiles& files_;
  const BulkOptions& options_;
  std::unique_ptr<Upload> upload_;
  int attempts_ = 0;  // of the batch at hand
};

}  // namespace stockbell::crm::bulk
