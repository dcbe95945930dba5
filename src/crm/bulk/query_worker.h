// Carries out query jobs: writes the rows into files, each a page with its own header. After a kill
// a query goes on behind its last whole page, one with ORDER BY, LIMIT or OFFSET begins again. Used
// by one thread at a time (BulkService's).
#pragma once
#include <atomic>
#include <memory>

#include "crm/bulk/job_files.h"
#include "crm/bulk/job_store.h"
#include "crm/bulk/ports.h"

namespace stockbell::crm::bulk {

class QueryWorker {
 public:
  QueryWorker(db::Database& db, const RowReader& reader, const Clock& clock, const JobFiles& files,
              const BulkOptions& options)
      : db_(db), reader_(reader), clock_(clock), files_(files), options_(options) {}

  Result<bool> step();  // one job to its end; false: there is nothing to do
  void interrupt(bool on) { interrupted_ = on; }  // a running step ends at its next row; any thread

 private:
  struct Page {
    std::unique_ptr<FileWriter> file;
    std::int64_t rows = 0, last_id = 0;
  };

  Result<> run(Job& job);
  Result<> begin(Job& job);
  Result<> add_row(Job& job, Page& page, const std::string& header, std::int64_t id,
                   std::span<const std::string> cells);
  Result<> end_page(Job& job, Page& page);
  Result<> open_page(const Job& job, Page& page, const std::string& header);
  Result<> settle(const Job& job, const Error& error);
  Result<> drop_files();

  db::Database& db_;
  const RowReader& reader_;
  const Clock& clock_;
  const JobFiles& files_;
  const BulkOptions& options_;
  std::atomic<bool> interrupted_ = false;
  int attempts_ = 0;
};

}  // namespace stockbell::crm::bulk
