#include "commerce/feed/feed_service.h"

#include <fstream>

#include "commerce/feed/feed_manifest.h"
#include "commerce/feed/folder_upload.h"
#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr const char* kUpload = "feed-upload";      // one run; the key is its id
constexpr const char* kInterval = "feed-schedule";  // every interval: targets without a schedule
constexpr const char* kCron = "feed-cron";          // one firing of one schedule
// Given up after these; the next run on the schedule tries anew.
constexpr jobs::RetryPolicy kRetries{std::chrono::seconds(1), std::chrono::seconds(60), 8};
// Beyond this a full feed is written sooner than its changes are looked up one by one.
constexpr std::int64_t kMostChanges = 200'000;
constexpr char kBetween = '\x1f';

const std::optional<CronSchedule>& schedule_of(const FeedTarget& target, FeedKind kind) {
  return kind == FeedKind::full ? target.schedule : target.incremental_schedule;
}

// Of every run but the one just sent there is no need to keep a copy here.
void keep_only(const std::filesystem::path& folder, const std::string& file_name) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto name = entry.path().filename().string();
    if (name != file_name && name != manifest_name(file_name))
      std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

FeedService::FeedService(db::Database& database, const Clock& clock, Random& random,
                         IdGenerator& ids, FeedOptions options, FeedUpload* upload)
    : database_(database),
      clock_(clock),
      ids_(ids),
      options_(std::move(options)),
      engagement_(upload),
      jobs_(database, clock, random, ids) {
  bool on_interval = false;
  for (auto& target : options_.targets) {
    on_interval = on_interval || !target.schedule;
    places_.push_back(std::make_unique<Place>());
    places_.back()->target = std::move(target);
  }
  jobs_.handle(kUpload, [this](const jobs::Job& job) { return run_job(job); }, kRetries);
  jobs_.handle(kCron, [this](const jobs::Job& job) { return run_schedule(job); });
  jobs_.handle(kInterval, [this](const jobs::Job&) -> Result<> {
    for (const auto& place : places_)
      if (!place->target.schedule)
        SB_CHECK(queue_run(*place, FeedKind::full, FeedTrigger::schedule));
    return {};
  });
  if (options_.interval.count() > 0 && on_interval) jobs_.every(kInterval, options_.interval);
}

void FeedService::start() {
  for (const auto& place : places_)
    for (const auto kind : {FeedKind::full, FeedKind::incremental})
      if (auto planned = plan(*place, kind); !planned)
        log::error("feed-schedule", {{"reason", planned.error().reason}});
  // A target that hangs holds at most its full and its incremental run: the others have threads.
  const auto threads = std::min<std::size_t>(2 * places_.size(), 16);
  if (auto started = jobs_.start(static_cast<int>(threads)); !started)
    log::error("feed-jobs", {{"reason", started.error().reason}});
}

FeedService::Place* FeedService::find_place(const std::string& key) {
  for (const auto& place : places_)
    if (place->target.key == key) return place.get();
  return nullptr;
}

// The next firing is a job of its own, so that a restart finds one that came meanwhile.
Result<> FeedService::plan(const Place& place, FeedKind kind) {
  const auto& schedule = schedule_of(place.target, kind);
  if (!schedule) return {};
  const auto due = schedule->next(clock_.now());
  const auto what = fmt::format("{}{}{}{}{}{}{}", place.target.key, kBetween, to_text(kind),
                                kBetween, schedule->expression(), kBetween, schedule->time_zone());
  return jobs_.enqueue(kCron, fmt::format("{}{}{}", what, kBetween, to_ms(due)), what, due);
}

Result<> FeedService::run_schedule(const jobs::Job& job) {
  for (const auto& place : places_)
    for (const auto kind : {FeedKind::full, FeedKind::incremental}) {
      const auto& schedule = schedule_of(place->target, kind);
      if (!schedule || job.payload != fmt::format("{}{}{}{}{}{}{}", place->target.key, kBetween,
                                                  to_text(kind), kBetween, schedule->expression(),
                                                  kBetween, schedule->time_zone()))
        continue;
      SB_CHECK(queue_run(*place, kind, FeedTrigger::schedule));
      return plan(*place, kind);
    }
  return {};  // of a configuration that is no more
}

FeedRun FeedService::new_run(const Place& place, FeedKind kind, FeedTrigger trigger) {
  FeedRun run;
  run.id = ids_.next();
  run.target = place.target.key;
  run.kind = kind;
  run.trigger = trigger;
  run.requested_at = clock_.now();
  return run;
}

Result<FeedRun> FeedService::queue_run(const Place& place, FeedKind kind, FeedTrigger trigger) {
  auto run = new_run(place, kind, trigger);
  auto queued = database_.write([&](db::Session& session) -> Result<> {
    // A run that has not begun tells all that this one would. On demand nobody waits for the
    // back-off of an earlier failure.
    SB_TRY(waiting, feed_store::find_waiting(session, run.target, kind));
    if (waiting && (waiting->attempts == 0 || trigger == FeedTrigger::schedule)) {
      run = *waiting;
      return {};
    }
    SB_CHECK(feed_store::put(session, run));
    const auto id = std::to_string(run.id);
    return jobs_.enqueue(session, kUpload, id, id, clock_.now());
  });
  SB_CHECK(queued);
  jobs_.wake();
  return run;
}

Result<std::vector<FeedRun>> FeedService::request_runs(const std::string& target, FeedKind kind) {
  std::vector<FeedRun> runs;
  for (const auto& place : places_) {
    if (!target.empty() && place->target.key != target) continue;
    SB_TRY(run, queue_run(*place, kind, FeedTrigger::demand));
    runs.push_back(run);
  }
  if (runs.empty())
    return fail(ErrorCode::not_found, "feed-target-unknown", "there is no feed of this key",
                "target");
  return runs;
}

Result<FeedRun> FeedService::run_now(FeedKind kind) {
  auto& place = *places_.front();
  auto started = new_run(place, kind, FeedTrigger::demand);
  auto ran = run(place, started, true);  // who waits for the answer decides about a repetition
  if (!ran && started.error.empty()) return fail(std::move(ran).error());
  return started;
}

Result<std::vector<FeedRun>> FeedService::list_runs(const std::string& target, std::int64_t before,
                                                    int limit) {
  return database_.read(
      [&](db::Session& s) { return feed_store::list(s, target, before, limit); });
}

Result<std::vector<FeedService::TargetView>> FeedService::list_targets() {
  std::optional<Time> interval;
  SB_TRY(waiting, jobs_.list(1000));
  for (const auto& row : waiting)
    if (row.job.kind == kInterval && row.state == "open") interval = row.job.due;
  std::vector<TargetView> views;
  for (const auto& place : places_) {
    const auto& target = place->target;
    TargetView view{&target, {}, {}, {}};
    view.next_full = target.schedule ? target.schedule->next(clock_.now()) : interval;
    if (target.incremental_schedule)
      view.next_incremental = target.incremental_schedule->next(clock_.now());
    SB_TRY(last, list_runs(target.key, 0, 1));
    if (!last.empty()) view.last = last.front();
    views.push_back(std::move(view));
  }
  return views;
}

Result<> FeedService::run_job(const jobs::Job& job) {
  auto waiting =
      database_.read([&](db::Session& s) { return feed_store::find(s, std::stoll(job.payload)); });
  if (!waiting) return std::unexpected(std::move(waiting).error());
  if (!*waiting) return {};
  auto queued = **waiting;
  if (queued.state != FeedState::waiting && queued.state != FeedState::running) return {};
  auto* place = find_place(queued.target);
  if (!place) {
    queued.state = FeedState::failed;
    queued.error = "there is no feed of this key any more";
    queued.finished_at = clock_.now();
    return database_.write([&](db::Session& s) { return feed_store::put(s, queued); });
  }
  auto ran = run(*place, queued, job.attempt >= kRetries.attempts);
  if (!ran && queued.state == FeedState::waiting) return ran;
  return {};
}

Result<> FeedService::run(Place& place, FeedRun& run, bool last_attempt) {
  std::lock_guard one_at_a_time(place.running);
  ++run.attempts;
  run.state = FeedState::running;
  run.started_at = clock_.now();
  SB_CHECK(database_.write([&](db::Session& s) { return feed_store::put(s, run); }));
  feed_store::Told told;
  const auto outcome = write_and_upload(place, run, told);
  run.error = outcome ? "" : outcome.error().message;
  const bool again = !outcome && !last_attempt && place.upload;
  run.state = outcome ? FeedState::done : again ? FeedState::waiting : FeedState::failed;
  if (!again) run.finished_at = clock_.now();
  auto noted = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(feed_store::put(session, run));
    SB_CHECK(feed_store::forget_old(session, run.target));
    return outcome ? feed_store::put_told(session, run.target, told) : Result<>();
  });
  if (!noted) return noted;
  log::info("feed-run", {{"target", run.target},
                         {"kind", std::string(to_text(run.kind))},
                         {"state", std::string(to_text(run.state))},
                         {"rows", std::to_string(run.rows)},
                         {"incomplete", std::to_string(run.rows_incomplete)},
                         {"attempt", std::to_string(run.attempts)},
                         {"reason", outcome ? "" : outcome.error().reason}});
  return outcome;
}

Result<> FeedService::open_upload(Place& place) {
  if (place.upload) return {};
  switch (place.target.kind) {
    case FeedTargetKind::engagement:
      place.upload = engagement_;
      break;
    case FeedTargetKind::folder:
      place.own = std::make_unique<FolderUpload>(place.target.path);
      place.upload = place.own.get();
      break;
    case FeedTargetKind::sftp:
      if (!options_.open_sftp) break;
      SB_TRY(opened, options_.open_sftp(place.target.url));
      place.own = std::move(opened);
      place.upload = place.own.get();
  }
  if (place.upload) return {};
  return fail(ErrorCode::invalid, "feed-no-target",
              "no SFTP account to upload the feed to is configured");
}

Result<> FeedService::write_and_upload(Place& place, FeedRun& run, feed_store::Told& told) {
  SB_CHECK(open_upload(place));
  FeedExport how;
  how.target = place.target;
  how.public_url = options_.public_url;
  how.built_at = clock_.now();
  const auto folder = options_.directory / place.target.key;
  how.file = folder / ".writing";
  SB_TRY(written, write_file(how, run, told));
  run.rows = written.rows;
  run.bytes = written.bytes;
  run.rows_incomplete = written.rows_incomplete;
  run.rows_removed = written.rows_removed;
  run.sha256 = written.sha256;
  if (run.rows_incomplete > 0)
    run.note += fmt::format("{}{} rows left out, {} the first: a required attribute is missing",
                            run.note.empty() ? "" : "; ", run.rows_incomplete,
                            written.first_incomplete);
  if (run.kind == FeedKind::incremental && run.rows == 0) {
    run.note += run.note.empty() ? "nothing has changed" : "";
    run.file_name.clear();
    run.sha256.clear();
    run.bytes = 0;
    return {};
  }
  run.file_name = file_name_of(run.kind == FeedKind::full ? place.target.file_name
                                                          : place.target.incremental_file_name,
                               place.target, how.built_at);
  std::error_code error;
  std::filesystem::rename(how.file, folder / run.file_name, error);
  const auto manifest = manifest_name(run.file_name);
  std::ofstream out(folder / manifest, std::ios::trunc);
  out << manifest_json(run, place.target, how.built_at);
  out.close();
  if (error || !out)
    return fail(ErrorCode::unavailable, "feed-not-written", "the feed's files cannot be written");
  // The manifest first: where the file is, there is what it must hold.
  SB_CHECK(place.upload->upload(folder / manifest, manifest));
  SB_CHECK(place.upload->upload(folder / run.file_name, run.file_name));
  keep_only(folder, run.file_name);
  return {};
}

Result<FeedFile> FeedService::write_file(FeedExport& how, FeedRun& run, feed_store::Told& told) {
  SB_TRY(position, find_position(database_, how.target.site));
  told = {position, options_.public_url + how.target.form()};
  run.catalog_from = run.stock_from = 0;
  run.catalog_to = position.catalog;
  run.stock_to = position.stock;
  run.note.clear();
  auto before = database_.read([&](db::Session& s) { return feed_store::find_told(s, run.target); });
  if (!before) return std::unexpected(std::move(before).error());
  // A full feed, too: the next incremental one begins after it.
  if (*before) how.removed_after = (*before)->position.catalog;
  if (run.kind == FeedKind::full) return export_all(database_, how, position);
  if (!*before) {
    run.note = "in full: the target has had none yet";
  } else if ((*before)->form != told.form) {
    run.note = "in full: its columns, site or links are others now";
  } else if ((*before)->position.default_in_stock != position.default_in_stock) {
    run.note = "in full: what counts for products without stock records is another now";
  } else {
    const auto& from = (*before)->position;
    SB_TRY(changes, count_changes(database_, how.target.site, from, kMostChanges));
    if (changes < kMostChanges) {
      run.catalog_from = from.catalog;
      run.stock_from = from.stock;
      return export_changes(database_, how, from, position);
    }
    run.note = fmt::format("in full: more than {} products changed", kMostChanges);
  }
  run.kind = FeedKind::full;
  return export_all(database_, how, position);
}

}  // namespace stockbell::commerce
