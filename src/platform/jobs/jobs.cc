#include "platform/jobs/jobs.h"

#include "platform/log/log.h"
#include "sql/platform_job.sql.h"

namespace stockbell::jobs {
namespace {

namespace sql = stockbell::sql::platform_job;

constexpr Duration kLease = std::chrono::minutes(5);
// Jobs enqueued in a transaction whose caller forgot wake() start this late at worst.
constexpr Duration kLongestWait = std::chrono::seconds(2);
constexpr std::string_view kRecurringKey = "every";

Job read_job(const db::Row& row) {
  return {.id = row.i64(0),
          .kind = row.text(1),
          .key = row.text(2),
          .payload = row.text(3),
          .due = from_ms(row.i64(4)),
          .attempt = static_cast<int>(row.i64(5))};
}

}  // namespace

std::span<const db::Migration> JobQueue::migrations() {
  static constexpr db::Migration all[] = {{"jobs/1", sql::create}};
  return all;
}

Result<> JobQueue::enqueue(db::Session& session, std::string_view kind, std::string_view key,
                           std::string_view payload, Time due) {
  SB_CHECK(session.execute(sql::enqueue, {ids_.next(), kind, key, payload, to_ms(due)}));
  return {};
}

Result<> JobQueue::enqueue(std::string_view kind, std::string_view key, std::string_view payload,
                           Time due) {
  SB_CHECK(database_.write(
      [&](db::Session& session) { return enqueue(session, kind, key, payload, due); }));
  wake();
  return {};
}

void JobQueue::handle(std::string kind, Handler handler, RetryPolicy policy) {
  handlers_[std::move(kind)] = {std::move(handler), policy};
}

void JobQueue::every(std::string kind, Duration period) { periods_[std::move(kind)] = period; }

Result<> JobQueue::prepare() {
  auto now = clock_.now();
  return database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(sql::void_leases));
    for (const auto& [kind, period] : periods_) {
      SB_CHECK(enqueue(session, kind, kRecurringKey, "", now));
      // A period made shorter must not wait for the old one's end.
      SB_CHECK(session.execute(sql::bring_forward, {kind, kRecurringKey, to_ms(now + period)}));
    }
    return {};
  });
}

Result<> JobQueue::start(int threads) {
  SB_CHECK(prepare());
  stopping_ = false;
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  return {};
}

void JobQueue::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void JobQueue::wake() {
  {
    std::lock_guard lock(mutex_);
    ++wakes_;
  }
  woken_.notify_all();
}

void JobQueue::work() {
  while (true) {
    std::uint64_t seen;
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      seen = wakes_;
    }
    auto job = claim();
    if (job && *job) {
      if (auto settled = run(**job); !settled)
        log::warning("job-not-settled",
                     {{"kind", (*job)->kind}, {"reason", settled.error().reason}});
      continue;
    }
    if (!job) log::warning("job-claim-failed", {{"reason", job.error().reason}});
    auto wait = job ? until_next() : kLongestWait;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, wait, [&] { return stopping_ || wakes_ != seen; });
  }
}

Duration JobQueue::until_next() {
  auto row = database_.read([](db::Session& session) { return session.query_one(sql::next_due); });
  if (!row || !*row || (*row)->is_null(0)) return kLongestWait;
  return std::clamp(from_ms((*row)->i64(0)) - clock_.now(), Duration(1), kLongestWait);
}

Result<std::optional<Job>> JobQueue::claim() {
  std::lock_guard claiming(claiming_);
  auto now = clock_.now();
  auto job = database_.write([&](db::Session& session) -> Result<std::optional<Job>> {
    while (true) {
      SB_TRY(row, session.query_one(sql::find_due, {to_ms(now)}));
      if (!row) return std::optional<Job>();
      auto found = read_job(*row);
      if (!running_.contains(found.id)) {
        SB_CHECK(session.execute(sql::lease, {found.id, to_ms(now + kLease)}));
        ++found.attempt;
        return found;
      }
      // It takes longer than its lease, here and now: not dead.
      SB_CHECK(session.execute(sql::extend_lease, {found.id, to_ms(now + kLease)}));
    }
  });
  if (job && *job) running_.insert((*job)->id);
  return job;
}

Result<> JobQueue::run(const Job& job) {
  auto settled = settle(job, call(job));
  std::lock_guard claiming(claiming_);
  running_.erase(job.id);
  return settled;
}

Result<> JobQueue::call(const Job& job) {
  auto handling = handlers_.find(job.kind);
  if (handling == handlers_.end())
    return fail(ErrorCode::internal, "job-unknown", "no handler for this kind of job");
  try {
    return handling->second.handler(job);
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::internal, "job-threw", thrown.what());
  }
}

Result<> JobQueue::settle(const Job& job, const Result<>& outcome) {
  auto handling = handlers_.find(job.kind);
  RetryPolicy policy = handling == handlers_.end() ? RetryPolicy{} : handling->second.policy;
  auto period = job.key == kRecurringKey ? periods_.find(job.kind) : periods_.end();
  bool tired = policy.attempts > 0 && job.attempt >= policy.attempts;
  std::string error = outcome ? "" : outcome.error().reason + ": " + outcome.error().message;
  if (!outcome)
    log::warning("job-failed", {{"kind", job.kind},
                                {"attempt", std::to_string(job.attempt)},
                                {"reason", outcome.error().reason}});
  auto now = clock_.now();
  return database_.write([&](db::Session& session) -> Result<> {
    if (period != periods_.end() && (outcome || tired)) {
      // On the grid of its first run, past what was missed.
      auto missed = std::max(now - job.due, Duration(0)) / period->second;
      auto due = job.due + (missed + 1) * period->second;
      SB_CHECK(session.execute(sql::reschedule, {job.id, to_ms(due), 0, error}));
    } else if (outcome) {
      SB_CHECK(session.execute(sql::finish, {job.id}));
    } else if (tired) {
      SB_CHECK(session.execute(sql::give_up, {job.id, error}));
    } else {
      auto due = now + back_off(policy, job.attempt);
      SB_CHECK(session.execute(sql::reschedule, {job.id, to_ms(due), job.attempt, error}));
    }
    return {};
  });
}

Duration JobQueue::back_off(const RetryPolicy& policy, int attempt) {
  auto wait = policy.first;
  for (int i = 1; i < attempt && wait < policy.longest; ++i) wait *= 2;
  wait = std::min(wait, policy.longest);
  auto spread = wait.count() * 2 / 5;  // from -20 % to +20 %
  auto shift = spread > 0 ? static_cast<std::int64_t>(random_.next() % spread) - spread / 2 : 0;
  return wait + Duration(shift);
}

Result<int> JobQueue::run_due() {
  int count = 0;
  while (true) {
    SB_TRY(job, claim());
    if (!job) return count;
    SB_CHECK(run(*job));
    ++count;
  }
}

Result<std::vector<JobRow>> JobQueue::list(int limit) {
  SB_TRY(rows,
         database_.read([&](db::Session& session) { return session.query(sql::list, {limit}); }));
  std::vector<JobRow> jobs;
  for (const auto& row : rows)
    jobs.push_back({.job = read_job(row),
                    .state = row.text(8),
                    .last_error = row.text(7),
                    .leased_until = from_ms(row.i64(6))});
  return jobs;
}

}  // namespace stockbell::jobs
