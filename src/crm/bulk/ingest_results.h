// The three result files of an ingest job that has ended, made from its upload and from what was
// noted of each batch. Making them again gives the same files.
#pragma once
#include "crm/bulk/job_files.h"
#include "platform/db/database.h"

namespace stockbell::crm::bulk {

// The bytes of the files together. unavailable when disk or store are away.
Result<std::int64_t> write_ingest_results(db::Database& db, const JobFiles& files, const Job& job);

// What is noted of a batch: a line for each row, CSV of id, created and error.
struct RowOutcome {
  std::string id;  // 18 characters, or empty
  bool created = false;
  std::string error{};  // "CODE:message:Field --"; empty: done
};
void append_outcome(std::string& out, const RowOutcome& outcome);
Result<std::vector<RowOutcome>> parse_outcomes(const std::string& text);

}  // namespace stockbell::crm::bulk
