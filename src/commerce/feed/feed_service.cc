#include "commerce/feed/feed_service.h"

#include <cstdio>
#include <memory>

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr const char* kUpload = "feed-upload";      // one run; the key is its id
constexpr const char* kSchedule = "feed-schedule";  // asks for a run every interval
// Given up after these; the next run on the schedule tries anew.
constexpr jobs::RetryPolicy kRetries{std::chrono::seconds(1), std::chrono::seconds(60), 8};

}  // namespace

FeedService::FeedService(db::Database& database, const Clock& clock, Random& random,
                         IdGenerator& ids, FeedOptions options, FeedUpload* upload)
    : database_(database),
      clock_(clock),
      ids_(ids),
      options_(std::move(options)),
      upload_(upload),
      jobs_(database, clock, random, ids) {
  jobs_.handle(kUpload, [this](const jobs::Job& job) { return run_job(job); }, kRetries);
  jobs_.handle(kSchedule, [this](const jobs::Job&) -> Result<> {
    SB_CHECK(queue_run(FeedTrigger::schedule));
    return {};
  });
  if (options_.interval.count() > 0) jobs_.every(kSchedule, options_.interval);
}

void FeedService::start() {
  if (auto started = jobs_.start(1); !started)
    log::error("feed-jobs", {{"reason", started.error().reason}});
}

FeedRun FeedService::new_run(FeedTrigger trigger) {
  FeedRun run;
  run.id = ids_.next();
  run.trigger = trigger;
  run.requested_at = clock_.now();
  run.file_name = options_.site + "_catalogFeed.psv";
  return run;
}

Result<FeedRun> FeedService::queue_run(FeedTrigger trigger) {
  const auto run = new_run(trigger);
  const auto id = std::to_string(run.id);
  auto queued = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(feed_store::put(session, run));
    return jobs_.enqueue(session, kUpload, id, id, clock_.now());
  });
  SB_CHECK(queued);
  jobs_.wake();
  return run;
}

Result<FeedRun> FeedService::run_now() {
  auto started = new_run(FeedTrigger::demand);
  auto ran = run(started, true);  // who waits for the answer decides about a repetition
  if (!ran && started.error.empty()) return fail(std::move(ran).error());
  return started;
}

Result<std::vector<FeedRun>> FeedService::list_runs(int limit) {
  return database_.read([&](db::Session& s) { return feed_store::list(s, limit); });
}

Result<> FeedService::run_job(const jobs::Job& job) {
  auto waiting =
      database_.read([&](db::Session& s) { return feed_store::find(s, std::stoll(job.payload)); });
  if (!waiting) return std::unexpected(std::move(waiting).error());
  if (!*waiting || (*waiting)->state != FeedState::waiting) return {};
  auto& queued = **waiting;
  auto ran = run(queued, job.attempt >= kRetries.attempts);
  if (!ran && queued.state == FeedState::waiting) return ran;
  return {};
}

Result<> FeedService::write_file(const std::filesystem::path& file, FeedRun& run) {
  std::error_code problem;
  std::filesystem::create_directories(file.parent_path(), problem);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "wb"), std::fclose);
  auto unwritten = [] {
    return fail(ErrorCode::unavailable, "feed-not-written", "the feed file cannot be written");
  };
  if (!out) return unwritten();
  run.rows = run.bytes = 0;
  auto put = [&](const std::string& line) {
    run.bytes += static_cast<std::int64_t>(line.size());
    return std::fwrite(line.data(), 1, line.size(), out.get()) == line.size();
  };
  if (!put(feed_header())) return unwritten();
  FeedContext context{options_.site, options_.public_url, clock_.now()};
  SB_CHECK(database_.read([&](db::Session& session) {
    return feed_store::for_each_item(session, [&](const Item& item) -> Result<> {
      if (!put(feed_row(item, context))) return unwritten();
      ++run.rows;
      return {};
    });
  }));
  if (std::fflush(out.get()) != 0) return unwritten();
  return {};
}

Result<> FeedService::run(FeedRun& run, bool last_attempt) {
  std::lock_guard one_at_a_time(running_);
  ++run.attempts;
  auto file = options_.directory / run.file_name;
  auto outcome = write_file(file, run);
  if (outcome)
    outcome = upload_ ? upload_->upload(file, run.file_name)
                      : Result<>(fail(ErrorCode::invalid, "feed-no-target",
                                      "no SFTP account to upload the feed to is configured"));
  run.error = outcome ? "" : outcome.error().message;
  bool again = !outcome && !last_attempt && upload_;
  run.state = outcome ? FeedState::done : again ? FeedState::waiting : FeedState::failed;
  if (!again) run.finished_at = clock_.now();
  SB_CHECK(database_.write([&](db::Session& s) { return feed_store::put(s, run); }));
  log::info("feed-run", {{"state", std::string(to_text(run.state))},
                         {"rows", std::to_string(run.rows)},
                         {"attempt", std::to_string(run.attempts)},
                         {"reason", outcome ? "" : outcome.error().reason}});
  return outcome;
}

}  // namespace stockbell::commerce
