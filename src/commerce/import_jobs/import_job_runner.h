// Runs import jobs, one at a time: by their schedules, when a file has arrived, on demand. A run is
// a row before it begins; a process that dies in the middle runs it again, which changes nothing
// where it was done already. One thread of its own; thread-safe. Step 8.
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <regex>
#include <thread>

#include "base/id.h"
#include "commerce/import_jobs/impex_folder.h"
#include "commerce/import_jobs/job_run_store.h"

namespace stockbell::commerce {

class ImportJobRunner {
 public:
  // Imports one file and reports; an Error only when the store is away.
  using Import =
      std::function<Result<ImportReport>(const ImportJob&, const std::filesystem::path&)>;

  ImportJobRunner(db::Database& database, const Clock& clock, IdGenerator& ids, ImpexFolder& folder,
                  std::vector<ImportJob> jobs, Import import);
  ~ImportJobRunner() { stop(); }
  void start();  // goes on with what was demanded before
  void stop();   // after the file in hand

  // not_found "job-unknown". A run that waits already is the answer.
  Result<JobRun> demand(const std::string& job);
  void file_arrived(const std::string& path);  // below Impex/src
  Result<JobRun> get(std::int64_t id);         // not_found "job-run-unknown"
  Result<std::vector<JobRun>> list(std::int64_t before, const std::string& job, int limit);
  const std::vector<ImportJob>& jobs() const { return jobs_; }
  std::optional<Time> next_run(const ImportJob& job) const;  // by its schedule

  Result<bool> run_next();  // the oldest open run, on this thread; false: there is none
  void note_due();          // makes runs of the schedules that have come due

 private:
  Result<> run(const ImportJob& job, JobRun& run);
  Result<bool> import_one(const ImportJob& job, const std::string& name,
                          const std::filesystem::path& file, JobRun& run);
  Result<std::vector<std::string>> files_of(const ImportJob& job) const;
  Result<JobRun> open(const ImportJob& job, std::string cause);
  const ImportJob* find(const std::string& id) const;
  std::chrono::milliseconds until_due() const;
  void work();

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  ImpexFolder& folder_;
  const std::vector<ImportJob> jobs_;
  std::vector<std::regex> patterns_;  // of jobs_
  const Import import_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool pending_ = true, stopping_ = false;
  std::map<std::string, Time> due_;  // of jobs with a schedule
  std::thread worker_;
};

}  // namespace stockbell::commerce
