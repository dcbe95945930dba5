// A thread that works when woken, and at the latest after a pause: the shape of Engagement's
// importer, audience and senders. wake() is thread-safe and returns at once; work never runs twice
// at a time.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace stockbell::engagement {

class Worker {
 public:
  // `work` does what there is and returns how long to sleep at most until the next time; zero:
  // there is more.
  using Work = std::function<Duration()>;
  explicit Worker(Work work) : work_(std::move(work)) {}
  ~Worker() { stop(); }

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void wake() {
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      woken_ = false;
      lock.unlock();
      const auto pause = work_();
      lock.lock();
      changed_.wait_for(lock, pause, [&] { return woken_ || stopping_; });
    }
  }

  Work work_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
};

}  // namespace stockbell::engagement
