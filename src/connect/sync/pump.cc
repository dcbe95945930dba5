#include "connect/sync/pump.h"

#include "platform/log/log.h"

namespace stockbell::connect {

using std::chrono::milliseconds;

Duration back_off(int failures, Random& random) {
  constexpr std::int64_t kFirst = 50, kMost = 30'000;
  const std::int64_t whole = failures > 10 ? kMost : std::min(kMost, kFirst << (failures - 1));
  return milliseconds(whole / 2 + static_cast<std::int64_t>(
                                      random.next() % static_cast<std::uint64_t>(whole / 2 + 1)));
}

Pump::Pump(std::string name, Random& random, Step step)
    : name_(std::move(name)), random_(random), step_(std::move(step)) {}

void Pump::start() {
  if (thread_.joinable()) return;
  signal_->stopping = false;
  thread_ = std::thread([this] { run(); });
}

void Pump::stop() {
  {
    std::lock_guard lock(signal_->mutex);
    signal_->stopping = true;
  }
  signal_->changed.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::function<void()> Pump::waker() const {
  return [signal = signal_] {
    {
      std::lock_guard lock(signal->mutex);
      signal->woken = true;
    }
    signal->changed.notify_all();
  };
}

int Pump::failures() const {
  std::lock_guard lock(signal_->mutex);
  return signal_->failures;
}

std::string Pump::last_error() const {
  std::lock_guard lock(signal_->mutex);
  return signal_->last_error;
}

void Pump::run() {
  while (true) {
    {
      std::lock_guard lock(signal_->mutex);
      if (signal_->stopping) return;
      signal_->woken = false;  // what comes from now on is not seen by this step for sure
    }
    const auto outcome = step_();
    const Duration rest = take(outcome);
    if (rest > Duration::zero()) wait(rest, outcome.has_value());
  }
}

// Notes what became of a step; how long to rest now.
Duration Pump::take(const Result<Progress>& outcome) {
  constexpr auto kIdle = milliseconds(1000), kSoon = milliseconds(5);
  std::lock_guard lock(signal_->mutex);
  if (!outcome) {
    const auto& error = outcome.error();
    signal_->failures = std::min(signal_->failures + 1, 1'000'000);
    signal_->last_error = error.reason + ": " + error.message;
    log::error("connect-failed", {{"flow", name_},
                                  {"reason", error.reason},
                                  {"message", error.message},
                                  {"failures", std::to_string(signal_->failures)}});
    return back_off(signal_->failures, random_);
  }
  if (signal_->failures > 0)
    log::info("connect-recovered",
              {{"flow", name_}, {"failures", std::to_string(signal_->failures)}});
  signal_->failures = 0;
  signal_->last_error.clear();
  switch (*outcome) {
    case Progress::more:
      return Duration::zero();
    case Progress::soon:
      return kSoon;
    case Progress::idle:
      return kIdle;
  }
  return kIdle;
}

void Pump::wait(Duration time, bool also_woken) {
  std::unique_lock lock(signal_->mutex);
  signal_->changed.wait_for(lock, time,
                            [&] { return signal_->stopping || (also_woken && signal_->woken); });
}

}  // namespace stockbell::connect
