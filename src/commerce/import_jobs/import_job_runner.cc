#include "commerce/import_jobs/import_job_runner.h"

#include <algorithm>

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr auto kPauseAfterFailure = std::chrono::seconds(2);
constexpr auto kLongestPause = std::chrono::seconds(30);  // then the clock is looked at again
constexpr auto kRunsKept = std::chrono::hours(24 * 90);

JobStatus status_of(NoFiles handling) {
  switch (handling) {
    case NoFiles::warn:
      return JobStatus::warn;
    case NoFiles::error:
      return JobStatus::error;
    case NoFiles::no_files_found:
      break;
  }
  return JobStatus::no_files_found;
}

}  // namespace

ImportJobRunner::ImportJobRunner(db::Database& database, const Clock& clock, IdGenerator& ids,
                                 ImpexFolder& folder, std::vector<ImportJob> jobs, Import import)
    : database_(database),
      clock_(clock),
      ids_(ids),
      folder_(folder),
      jobs_(std::move(jobs)),
      import_(std::move(import)) {
  for (const auto& job : jobs_) {
    patterns_.emplace_back(job.pattern);  // checked when the job was read
    if (job.schedule) due_[job.id] = job.schedule->next(clock_.now());
  }
}

const ImportJob* ImportJobRunner::find(const std::string& id) const {
  const auto found = std::ranges::find(jobs_, id, &ImportJob::id);
  return found == jobs_.end() ? nullptr : &*found;
}

std::optional<Time> ImportJobRunner::next_run(const ImportJob& job) const {
  std::lock_guard lock(mutex_);
  const auto found = due_.find(job.id);
  return found == due_.end() ? std::nullopt : std::optional(found->second);
}

Result<JobRun> ImportJobRunner::open(const ImportJob& job, std::string cause) {
  JobRun run;
  run.id = ids_.next();
  run.job = job.id;
  run.cause = std::move(cause);
  run.created_at = clock_.now();
  SB_TRY(opened, database_.write(
                     [&](db::Session& session) { return job_run_store::demand(session, run); }));
  {
    std::lock_guard lock(mutex_);
    pending_ = true;
  }
  wake_.notify_all();
  return opened;
}

Result<JobRun> ImportJobRunner::demand(const std::string& id) {
  const auto* job = find(id);
  if (!job) return fail(ErrorCode::not_found, "job-unknown", "there is no import job of this id");
  return open(*job, "demand");
}

void ImportJobRunner::file_arrived(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = slash == path.npos ? std::string() : path.substr(0, slash);
  const auto name = path.substr(slash + 1);
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (!jobs_[i].on_arrival || jobs_[i].folder != folder || !std::regex_match(name, patterns_[i]))
      continue;
    // The file stays where it is: the next run takes it.
    if (auto opened = open(jobs_[i], "arrival"); !opened)
      log::warning("import-job-not-noted",
                   {{"job", jobs_[i].id}, {"error", opened.error().message}});
  }
}

Result<JobRun> ImportJobRunner::get(std::int64_t id) {
  SB_TRY(run, database_.read([&](db::Session& s) { return job_run_store::find(s, id); }));
  if (!run) return fail(ErrorCode::not_found, "job-run-unknown", "there is no run of this id");
  return std::move(*run);
}

Result<std::vector<JobRun>> ImportJobRunner::list(std::int64_t before, const std::string& job,
                                                  int limit) {
  return database_.read(
      [&](db::Session& session) { return job_run_store::list(session, before, job, limit); });
}

Result<std::vector<std::string>> ImportJobRunner::files_of(const ImportJob& job) const {
  const auto& pattern = patterns_[static_cast<std::size_t>(&job - jobs_.data())];
  std::vector<std::string> names;
  auto entries = folder_.list(job.folder);
  if (!entries && entries.error().code == ErrorCode::not_found) return names;
  if (!entries) return fail(std::move(entries).error());
  for (const auto& entry : *entries)
    if (!entry.directory && std::regex_match(entry.name, pattern)) names.push_back(entry.name);
  return names;  // in alphanumeric order
}

Result<bool> ImportJobRunner::run_next() {
  SB_TRY(found, database_.read([](db::Session& s) { return job_run_store::next_open(s); }));
  if (!found) return false;
  auto run = std::move(*found);
  run.state = JobState::running;
  SB_CHECK(database_.write([&](db::Session& s) { return job_run_store::update(s, run); }));
  if (const auto* job = find(run.job)) {
    SB_CHECK(this->run(*job, run));
  } else {
    run.status = JobStatus::error;
    run.detail = "the job is not configured any more";
  }
  run.state = JobState::finished;
  run.finished_at = clock_.now();
  const auto closed = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(job_run_store::forget_before(session, clock_.now() - kRunsKept));
    return job_run_store::update(session, run);
  });
  if (!closed) return fail(Error(closed.error()));
  log::info("import-job", {{"job", run.job},
                           {"status", std::string(to_text(run.status))},
                           {"files", std::to_string(run.files)},
                           {"failed", std::to_string(run.files_failed)}});
  return true;
}

Result<> ImportJobRunner::run(const ImportJob& job, JobRun& run) {
  // What a dead process had in hand comes first.
  SB_TRY(claimed, folder_.list_claimed(job.folder));
  for (const auto& entry : claimed) {
    SB_TRY(path, folder_.file_path(fmt::format("{}/.importing/{}", job.folder, entry.name)));
    SB_TRY(go_on, import_one(job, entry.name, path, run));
    if (!go_on) return {};
  }
  SB_TRY(names, files_of(job));
  if (names.empty() && run.files == 0) run.status = status_of(job.no_files);
  for (const auto& name : names) {
    auto path = folder_.claim(job.folder, name);
    if (!path && path.error().code == ErrorCode::not_found) continue;  // taken away meanwhile
    if (!path) return fail(std::move(path).error());
    SB_TRY(go_on, import_one(job, name, *path, run));
    if (!go_on) return {};
  }
  if (run.status == JobStatus::none) run.status = JobStatus::ok;
  return {};
}

// False: the files after it are left for the next run.
Result<bool> ImportJobRunner::import_one(const ImportJob& job, const std::string& name,
                                         const std::filesystem::path& file, JobRun& run) {
  SB_TRY(report, import_(job, file));
  const bool failed = report.state == ImportState::failed;
  ++run.files;
  run.rows_changed += report.rows_changed;
  if (auto put = folder_.put_away(job.folder, name, job.after, failed, clock_.now()); !put) {
    run.status = JobStatus::warn;
    if (run.detail.empty()) run.detail = name + " was imported and stays: " + put.error().message;
  }
  if (!failed) return true;
  ++run.files_failed;
  if (run.detail.empty()) run.detail = name + ": " + report.error;
  run.status = job.failed == ImportFailed::error ? JobStatus::error : JobStatus::warn;
  return job.failed == ImportFailed::warn;
}

void ImportJobRunner::note_due() {
  const auto now = clock_.now();
  for (const auto& job : jobs_) {
    {
      std::lock_guard lock(mutex_);
      const auto due = due_.find(job.id);
      if (due == due_.end() || due->second > now) continue;
    }
    if (auto opened = open(job, "schedule"); !opened) {
      log::warning("import-job-not-noted", {{"job", job.id}, {"error", opened.error().message}});
      continue;  // still due
    }
    std::lock_guard lock(mutex_);
    due_[job.id] = job.schedule->next(now);
  }
}

std::chrono::milliseconds ImportJobRunner::until_due() const {
  const auto now = clock_.now();
  std::chrono::milliseconds pause = kLongestPause;
  for (const auto& [job, due] : due_)
    pause = std::min(pause,
                     std::max<std::chrono::milliseconds>(due - now, std::chrono::milliseconds(1)));
  return pause;
}

void ImportJobRunner::start() {
  stopping_ = false;
  worker_ = std::thread([this] { work(); });
}

void ImportJobRunner::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (worker_.joinable()) worker_.join();
}

void ImportJobRunner::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, until_due(), [&] { return stopping_ || pending_; });
    if (stopping_) return;
    pending_ = false;
    lock.unlock();
    note_due();
    const auto ran = run_next();
    lock.lock();
    if (ran) {
      pending_ = pending_ || *ran;
      continue;
    }
    log::warning("import-job-postponed", {{"error", ran.error().message}});
    wake_.wait_for(lock, kPauseAfterFailure, [&] { return stopping_; });
    pending_ = true;
  }
}

}  // namespace stockbell::commerce
