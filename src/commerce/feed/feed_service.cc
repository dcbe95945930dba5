#include "commerce/feed/feed_service.h"

#include <cstdio>
#include <memory>

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr int kAttempts = 8;  // then the run has failed; the next one on the schedule tries anew

}  // namespace

FeedService::FeedService(db::Database& database, const Clock& clock, Random& random,
                         IdGenerator& ids, FeedOptions options, FeedUpload* upload)
    : database_(database),
      clock_(clock),
      ids_(ids),
      options_(std::move(options)),
      upload_(upload),
      worker_("feed", [this] { return step(); }, random,
              {std::chrono::seconds(1), std::chrono::seconds(60)}) {}

Result<FeedRun> FeedService::insert_run(FeedTrigger trigger) {
  FeedRun run;
  run.id = ids_.next();
  run.trigger = trigger;
  run.requested_at = clock_.now();
  run.file_name = options_.site + "_catalogFeed.psv";
  SB_CHECK(database_.write([&](db::Session& s) { return feed_store::put(s, run); }));
  return run;
}

Result<FeedRun> FeedService::request_run() {
  SB_TRY(run, insert_run(FeedTrigger::demand));
  worker_.wake();
  return run;
}

Result<FeedRun> FeedService::run_now() {
  SB_TRY(started, insert_run(FeedTrigger::demand));
  started.attempts = kAttempts;  // who waits for the answer decides about a repetition
  auto ran = run(started);
  if (!ran && started.error.empty()) return fail(std::move(ran).error());
  return started;
}

Result<std::vector<FeedRun>> FeedService::list_runs(int limit) {
  return database_.read([&](db::Session& s) { return feed_store::list(s, limit); });
}

Result<std::chrono::milliseconds> FeedService::until_scheduled() {
  if (options_.interval.count() <= 0) return std::chrono::milliseconds(0);
  SB_TRY(last, database_.read([](db::Session& s) { return feed_store::last_scheduled(s); }));
  auto due = last + options_.interval;
  if (due > clock_.now()) return due - clock_.now();
  SB_CHECK(insert_run(FeedTrigger::schedule));
  return std::chrono::milliseconds(0);
}

Result<OutboxStep> FeedService::step() {
  SB_TRY(wait, until_scheduled());
  SB_TRY(waiting, database_.read([](db::Session& s) { return feed_store::list_waiting(s); }));
  if (waiting.empty()) return OutboxStep{.later = wait};
  auto& oldest = waiting.front();
  auto ran = run(oldest);
  if (!ran && oldest.state == FeedState::waiting) return fail(std::move(ran).error());
  return OutboxStep{.more = true};
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

Result<> FeedService::run(FeedRun& run) {
  std::lock_guard one_at_a_time(running_);
  ++run.attempts;
  auto file = options_.directory / run.file_name;
  auto outcome = write_file(file, run);
  if (outcome)
    outcome = upload_ ? upload_->upload(file, run.file_name)
                      : Result<>(fail(ErrorCode::invalid, "feed-no-target",
                                      "no SFTP account to upload the feed to is configured"));
  run.error = outcome ? "" : outcome.error().message;
  bool again = !outcome && run.attempts < kAttempts && upload_;
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
