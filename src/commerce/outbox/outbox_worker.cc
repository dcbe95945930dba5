#include "commerce/outbox/outbox_worker.h"

#include <algorithm>

#include "platform/log/log.h"

namespace stockbell::commerce {

std::chrono::milliseconds backoff_pause(const Backoff& backoff, int failures,
                                        std::uint64_t random) {
  auto whole = backoff.first.count() << std::clamp(failures - 1, 0, 20);
  whole = std::min<std::int64_t>(whole, backoff.longest.count());
  auto half = whole / 2;
  return std::chrono::milliseconds(half + static_cast<std::int64_t>(random % (whole - half + 1)));
}

void OutboxWorker::start() {
  stopping_ = false;
  woken_ = true;
  thread_ = std::thread([this] { work(); });
}

void OutboxWorker::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void OutboxWorker::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void OutboxWorker::work() {
  int failures = 0;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    auto step = step_();
    lock.lock();
    if (!step) {
      ++failures;
      auto pause = backoff_pause(backoff_, failures, random_.next());
      log::warning("outbox-waits", {{"outbox", name_},
                                    {"failures", std::to_string(failures)},
                                    {"pause_ms", std::to_string(pause.count())},
                                    {"reason", step.error().reason}});
      changed_.wait_for(lock, pause, [&] { return stopping_; });
      continue;
    }
    failures = 0;
    if (step->rest > step->rest.zero())
      changed_.wait_for(lock, step->rest, [&] { return stopping_; });
    if (step->more) continue;
    auto awake = [&] { return stopping_ || woken_; };
    if (step->later.count() > 0)
      changed_.wait_for(lock, step->later, awake);
    else
      changed_.wait(lock, awake);
  }
}

}  // namespace stockbell::commerce
