// The use cases of bulk jobs (reference 3.7): make, upload, complete, abort, look, fetch, delete.
// Two threads work, one for each kind of job. Thread-safe. Used by the routes and CrmBox.
#pragma once
#include <boost/json/object.hpp>
#include <vector>

#include "crm/bulk/ingest_worker.h"
#include "crm/bulk/job_rules.h"
#include "crm/bulk/query_worker.h"
#include "crm/bulk/work_loop.h"

namespace stockbell::crm::bulk {

enum class IngestResult { successful, failed, unprocessed };

struct QueryResult {
  std::filesystem::path file{};  // the whole page; or else:
  std::string text{};            // a part of one, with its header
  std::int64_t rows = 0;
  std::string locator = "null";  // of what follows
};

class BulkService {
 public:
  static constexpr int kJobsOfList = 1000;

  static std::span<const db::Migration> migrations() { return job_store::migrations(); }

  BulkService(db::Database& db, const objects::Schema& schema, RowWriter& writer,
              const RowReader& reader, const Clock& clock, Random& random, BulkOptions options);
  ~BulkService() { stop(); }

  void start();
  void stop();
  Result<bool> step(JobKind kind);  // for tests, without start()
  Result<> sweep();                 // removes what is older than options.keep, and stray files

  Result<Job> create_ingest(const Caller& caller, const boost::json::object& body);
  // With the rows in the same request: goes on as if completed. Takes the file.
  Result<Job> create_ingest(const Caller& caller, const boost::json::object& body,
                            const std::filesystem::path& content);
  Result<Job> create_query(const Caller& caller, const boost::json::object& body);
  Result<> upload(const Caller& caller, std::string_view id, const std::filesystem::path& content);
  // `state`: UploadComplete (ingest) or Aborted.
  Result<Job> change_state(const Caller& caller, JobKind kind, std::string_view id,
                           std::string_view state);
  Result<Job> get(const Caller& caller, JobKind kind, std::string_view id) const;
  // Newest first, those behind `before` ("": from the newest); one more than kJobsOfList says that
  // there are more.
  Result<std::vector<Job>> list(const Caller& caller, JobKind kind, std::string_view before) const;
  Result<> remove(const Caller& caller, JobKind kind, std::string_view id);

  Result<std::filesystem::path> ingest_result(const Caller& caller, std::string_view id,
                                              IngestResult which) const;
  // At most `most` rows from `locator` on ("": the beginning).
  Result<QueryResult> query_result(const Caller& caller, std::string_view id,
                                   std::string_view locator, std::int64_t most) const;

  // Part of an erasure, in its transaction: jobs on their way fail, and no file of a job made
  // before can be fetched any more. after_erasure() has them removed.
  static Result<> erase(db::Session& session, Time now) { return job_store::erase(session, now); }
  void after_erasure();

  const BulkOptions& options() const { return options_; }

 private:
  Result<Job> insert(Job job, const Caller& caller);
  Result<> check_limits(db::Session& session, const Job& job) const;
  Result<> check_waiting(db::Session& session, JobKind kind) const;
  Result<> take_upload(const Job& job, const std::filesystem::path& content);
  Result<> move(const Job& job, JobState to);
  Result<bool> step_and_sweep();
  WorkLoop& loop_of(JobKind kind) { return kind == JobKind::ingest ? ingest_loop_ : query_loop_; }

  db::Database& db_;
  const objects::Schema& schema_;
  const RowReader& reader_;
  const Clock& clock_;
  mutable IdGenerator ids_;
  const BulkOptions options_;
  const JobFiles files_;
  IngestWorker ingest_;
  QueryWorker query_;
  Time swept_at_{};  // of the ingest thread
  WorkLoop ingest_loop_, query_loop_;
};

}  // namespace stockbell::crm::bulk
