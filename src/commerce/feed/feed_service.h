// The catalog feed job: writes the feed of each target and uploads it with its manifest, on
// schedule and on demand, in full or what changed since the target's last upload. A run asked for
// is a row before it is answered; what a killed process left runs at start. A failed one is tried
// again with back-off and stands in its row; one target's failure holds no other up. Thread-safe.
// Step 9.
#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>

#include "base/id.h"
#include "commerce/feed/feed_store.h"
#include "contracts/feed_upload.h"
#include "platform/jobs/jobs.h"

namespace stockbell::commerce {

struct FeedOptions {
  std::vector<FeedTarget> targets;              // at least one
  std::string public_url;                       // "https://shop.example": what links begin with
  std::filesystem::path directory;              // data_dir/feeds
  std::chrono::milliseconds interval{900'000};  // of targets without a schedule; 0: on demand only
  // Opens the account of a target of kind sftp.
  std::function<Result<std::unique_ptr<FeedUpload>>(const std::string& url)> open_sftp;
};

class FeedService {
 public:
  // `upload`: Engagement's account, for targets of that kind; null: their runs fail with a reason.
  FeedService(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids,
              FeedOptions options, FeedUpload* upload);
  void start();
  void stop() { jobs_.stop(); }

  // Queues a run of one target, or of each; returns at once. Errors: not_found,
  // "feed-target-unknown".
  Result<std::vector<FeedRun>> request_runs(const std::string& target, FeedKind kind);
  Result<> request_run() {  // each target in full
    SB_CHECK(request_runs("", FeedKind::full));
    return {};
  }
  // Runs the first target here and now; a failure is told in the run.
  Result<FeedRun> run_now(FeedKind kind = FeedKind::full);
  Result<std::vector<FeedRun>> list_runs(const std::string& target, std::int64_t before, int limit);

  struct TargetView {
    const FeedTarget* target;
    std::optional<Time> next_full, next_incremental;
    std::optional<FeedRun> last;
  };
  Result<std::vector<TargetView>> list_targets();

 private:
  struct Place {  // a target with what it takes to serve it
    FeedTarget target;
    std::unique_ptr<FeedUpload> own;
    FeedUpload* upload = nullptr;
    std::mutex running;  // one run of a target at a time
  };
  Place* find_place(const std::string& key);
  Result<FeedRun> queue_run(const Place& place, FeedKind kind, FeedTrigger trigger);
  FeedRun new_run(const Place& place, FeedKind kind, FeedTrigger trigger);
  Result<> plan(const Place& place, FeedKind kind);
  Result<> run_schedule(const jobs::Job& job);
  Result<> run_job(const jobs::Job& job);
  Result<> run(Place& place, FeedRun& run, bool last_attempt);
  Result<> write_and_upload(Place& place, FeedRun& run, feed_store::Told& told);
  Result<FeedFile> write_file(FeedExport& how, FeedRun& run, feed_store::Told& told);
  Result<> open_upload(Place& place);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  FeedOptions options_;
  std::vector<std::unique_ptr<Place>> places_;
  FeedUpload* engagement_;
  jobs::JobQueue jobs_;
};

}  // namespace stockbell::commerce
