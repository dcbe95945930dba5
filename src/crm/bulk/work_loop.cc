#include "crm/bulk/work_loop.h"

#include "crm/bulk/guarded.h"
#include "platform/log/log.h"

namespace stockbell::crm::bulk {
namespace {

constexpr auto kFirstPause = std::chrono::milliseconds(500);
constexpr auto kLongestPause = std::chrono::seconds(60);
constexpr auto kLook = std::chrono::minutes(10);  // so that old jobs go without being asked for

}  // namespace

void WorkLoop::start() {
  stopping_ = false;
  pending_ = true;
  thread_ = std::thread([this] { run(); });
}

void WorkLoop::wake() {
  {
    std::lock_guard lock(mutex_);
    pending_ = true;
  }
  woken_.notify_all();
}

void WorkLoop::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WorkLoop::run() {
  auto pause = std::chrono::milliseconds(kFirstPause);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_.wait_for(lock, kLook, [&] { return stopping_ || pending_; });
    if (stopping_) return;
    pending_ = false;
    lock.unlock();
    auto done = guarded(name_.c_str(), step_);
    lock.lock();
    if (done) {
      pause = kFirstPause;
      pending_ = pending_ || *done;
      continue;
    }
    if (stopping_) return;
    log::warning(name_, {{"reason", done.error().reason}, {"error", done.error().message}});
    woken_.wait_for(lock, pause, [&] { return stopping_; });
    pause = std::min(pause * 2, std::chrono::milliseconds(kLongestPause));
    pending_ = true;
  }
}

}  // namespace stockbell::crm::bulk
