// The catalog feed job: writes the feed of all items and uploads it, on a schedule and on demand. A
// run asked for is a row before it is answered; what a killed process left waiting runs at start.
// Failed uploads are tried again with back-off, each failure stands in the run's row. Thread-safe;
// one run at a time. Step 9.
#pragma once
#include <chrono>
#include <filesystem>
#include <mutex>

#include "base/id.h"
#include "commerce/feed/feed_store.h"
#include "commerce/feed/feed_writer.h"
#include "contracts/feed_upload.h"
#include "platform/jobs/jobs.h"

namespace stockbell::commerce {

struct FeedOptions {
  std::string site, public_url;
  std::filesystem::path directory;              // data_dir/feeds
  std::chrono::milliseconds interval{900'000};  // 0: only on demand
};

class FeedService {
 public:
  // `upload` may be null: then runs fail with a reason.
  FeedService(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids,
              FeedOptions options, FeedUpload* upload);
  void start();
  void stop() { jobs_.stop(); }

  Result<FeedRun> request_run() {
    return queue_run(FeedTrigger::demand);
  }                           // returns at once; a job runs it
  Result<FeedRun> run_now();  // runs here; an upload that fails is told in the run
  Result<std::vector<FeedRun>> list_runs(int limit);

 private:
  FeedRun new_run(FeedTrigger trigger);
  Result<FeedRun> queue_run(FeedTrigger trigger);
  Result<> run_job(const jobs::Job& job);
  Result<> run(FeedRun& run, bool last_attempt);
  Result<> write_file(const std::filesystem::path& file, FeedRun& run);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  FeedOptions options_;
  FeedUpload* upload_;
  std::mutex running_;
  jobs::JobQueue jobs_;
};

}  // namespace stockbell::commerce
