// The thread that empties an outbox: waits until woken, takes steps while there is more, backs off
// with jitter while the peer is away. Used for notification requests (step 3) and stock events
// (beside step 9). What it carries lies in the store, so a killed process goes on where it was: the
// first step is taken at start.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/random.h"
#include "base/result.h"

namespace stockbell::commerce {

// What a step found: there is more to do at once, nothing to do, or something to do later.
struct OutboxStep {
  bool more = false;
  std::chrono::milliseconds later{0};  // > 0: look again after this long even if nobody wakes
  std::chrono::microseconds rest{0};   // > 0: not sooner than this, whoever wakes
};

struct Backoff {
  std::chrono::milliseconds first{100}, longest{30'000};
};

// The pause after `failures` failures in a row: doubling, between half and the whole of it. Pure
// but for the random word.
std::chrono::milliseconds backoff_pause(const Backoff& backoff, int failures, std::uint64_t random);

class OutboxWorker {
 public:
  // `step` runs on the worker's thread; an error makes it back off and take the step again.
  OutboxWorker(std::string name, std::function<Result<OutboxStep>()> step, Random& random,
               Backoff backoff = {})
      : name_(std::move(name)), step_(std::move(step)), random_(random), backoff_(backoff) {}
  ~OutboxWorker() { stop(); }
  void start();
  void stop();
  void wake();  // any thread; returns at once. While backing off it does not shorten the pause.

 private:
  void work();

  std::string name_;
  std::function<Result<OutboxStep>()> step_;
  Random& random_;
  Backoff backoff_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = true, stopping_ = false;
  std::thread thread_;
};

}  // namespace stockbell::commerce
