// Durable jobs in a box's own store: work that must happen later, again after a failure, or every
// so often. Used by every box for its background work (feed, imports, clean-up). Thread-safe.
//
// A job runs at least once: a process that dies in the middle leaves a lease, void at the next
// start or when it expires. Being idempotent is the handler's duty. Order: handle() and every(),
// then start(). In tests without threads: run_due().
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

#include "base/id.h"
#include "platform/db/database.h"

namespace stockbell::jobs {

struct Job {
  std::int64_t id = 0;
  std::string kind;
  std::string key;
  std::string payload;
  Time due{};
  int attempt = 1;  // this run's number
};

// After the n-th failure a job waits first * 2^(n-1), at most `longest`, give or take a fifth.
struct RetryPolicy {
  Duration first = std::chrono::seconds(1);
  Duration longest = std::chrono::minutes(10);
  int attempts = 25;  // then it is given up; 0 never
};

struct JobRow {
  Job job;            // job.attempt: how often it has run
  std::string state;  // "open" or "failed"
  std::string last_error;
  Time leased_until{};
};

class JobQueue {
 public:
  using Handler = std::function<Result<>(const Job&)>;

  static std::span<const db::Migration> migrations();

  JobQueue(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids)
      : database_(database), clock_(clock), random_(random), ids_(ids) {}
  ~JobQueue() { stop(); }

  // Adds a job in the caller's transaction; does nothing while one of the same kind and key is
  // open. Call wake() after commit.
  Result<> enqueue(db::Session& session, std::string_view kind, std::string_view key,
                   std::string_view payload, Time due);
  Result<> enqueue(std::string_view kind, std::string_view key, std::string_view payload, Time due);

  void handle(std::string kind, Handler handler, RetryPolicy policy = {});
  // Runs `kind` now, if it never ran, and every `period` after; its handler is set by handle().
  // Survives restarts.
  void every(std::string kind, Duration period);

  Result<> prepare();  // voids dead leases, sets recurring jobs up; start() calls it
  Result<> start(int threads);
  void stop();  // waits for running jobs
  void wake();
  Result<int> run_due();  // runs what is due on the calling thread; how many ran
  Result<std::vector<JobRow>> list(int limit);

 private:
  struct Handling {
    Handler handler;
    RetryPolicy policy;
  };

  void work();
  Result<std::optional<Job>> claim();
  Result<> run(const Job& job);
  Result<> call(const Job& job);
  Result<> settle(const Job& job, const Result<>& outcome);
  Duration until_next();
  Duration back_off(const RetryPolicy& policy, int attempt);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  IdGenerator& ids_;
  std::unordered_map<std::string, Handling> handlers_;  // fixed before start()
  std::unordered_map<std::string, Duration> periods_;   // fixed before start()
  std::mutex claiming_;             // one claim at a time: claims would only collide in the store
  std::set<std::int64_t> running_;  // under claiming_
  std::mutex mutex_;
  std::condition_variable woken_;
  std::uint64_t wakes_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace stockbell::jobs
