// A thread that repeats a step while there is something to do, sleeps until it is woken, and waits
// a little longer after each failure in a row. Used by BulkService.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"

namespace stockbell::crm::bulk {

class WorkLoop {
 public:
  using Step = std::function<Result<bool>()>;  // false: nothing to do
  WorkLoop(std::string name, Step step) : name_(std::move(name)), step_(std::move(step)) {}
  ~WorkLoop() { stop(); }
  WorkLoop(const WorkLoop&) = delete;
  WorkLoop& operator=(const WorkLoop&) = delete;

  void start();
  void wake();
  void stop();  // after the step at hand

 private:
  void run();

  const std::string name_;
  const Step step_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool pending_ = true, stopping_ = false;
  std::thread thread_;
};

}  // namespace stockbell::crm::bulk
