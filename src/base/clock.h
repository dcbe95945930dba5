// Time as a dependency. Domain code asks a Clock and never the system, so that a day can be
// simulated in a second.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stockbell {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;  // UTC, milliseconds

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;  // thread-safe
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

// A clock that tests and simulations move by hand.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time(std::chrono::hours(24 * 365 * 56)))
      : ms_(start.time_since_epoch().count()) {}
  Time now() const override { return Time(Duration(ms_.load())); }
  void advance(Duration by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_;
};

inline std::int64_t to_ms(Time time) { return time.time_since_epoch().count(); }
inline Time from_ms(std::int64_t ms) { return Time(Duration(ms)); }

// RFC 3339 in UTC with milliseconds: 2026-01-31T08:15:00.000Z
std::string to_rfc3339(Time time);
// Reads RFC 3339 / XML dateTime (with Z, an offset, or none = UTC; fraction optional); empty when
// it is not one.
std::optional<Time> parse_rfc3339(std::string_view text);
// RFC 5322 date for mail headers: Sat, 31 Jan 2026 08:15:00 +0000
std::string to_rfc5322(Time time);

}  // namespace stockbell
