// A thread that runs one step again and again: at once while there is more to carry, when woken,
// and each second in any case (a lost wake delays, never loses). A failed step is tried again with
// back-off. Used by sync (step 6) and writeback (step 14).
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace stockbell::connect {

// What a step found: nothing to do, more at once, or something that will be readable in a moment.
enum class Progress { idle, more, soon };

struct FlowStatus {
  std::string position;      // the durable cursor
  std::int64_t carried = 0;  // rows since the start
  int failures = 0;          // in a row; 0: healthy
  std::string last_error;    // reason and message of the last failure, "" when healthy
};

// How long to wait after the n-th failure in a row (n >= 1): 50 ms doubled up to 30 s, of which a
// random half.
Duration back_off(int failures, Random& random);

class Pump {
 public:
  using Step = std::function<Result<Progress>()>;
  Pump(std::string name, Random& random, Step step);
  ~Pump() { stop(); }
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  void start();
  void stop();  // at once, or after the step that is running; may be called twice
  // Wakes the thread; may be called from any thread, also after the pump is gone. A pump in
  // back-off sleeps on.
  std::function<void()> waker() const;
  int failures() const;
  std::string last_error() const;

 private:
  struct Signal {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false, stopping = false;
    int failures = 0;
    std::string last_error;
  };
  void run();
  Duration take(const Result<Progress>& outcome);
  void wait(Duration time, bool also_woken);

  const std::string name_;
  Random& random_;
  const Step step_;
  const std::shared_ptr<Signal> signal_ = std::make_shared<Signal>();
  std::thread thread_;
};

}  // namespace stockbell::connect
