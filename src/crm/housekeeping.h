// Repeats small clean-ups of the CRM once a minute on a thread of its own. Used by CrmBox.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "crm/bulk/guarded.h"
#include "platform/log/log.h"

namespace stockbell::crm {

class Housekeeping {
 public:
  explicit Housekeeping(std::function<Result<>()> clean_up) : clean_up_(std::move(clean_up)) {}

  void start() {
    thread_ = std::jthread([this](std::stop_token stopping) {
      std::mutex mutex;
      std::condition_variable_any wake;
      std::unique_lock lock(mutex);
      while (!stopping.stop_requested()) {
        if (const auto done = bulk::guarded("housekeeping", clean_up_); !done)
          log::warning("crm-clean-up-failed", {{"reason", done.error().reason}});
        wake.wait_for(lock, stopping, std::chrono::minutes(1), [] { return false; });
      }
    });
  }
  void stop() { thread_ = {}; }  // after the clean-up at hand

 private:
  const std::function<Result<>()> clean_up_;
  std::jthread thread_;
};

}  // namespace stockbell::crm
