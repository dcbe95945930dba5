// When a feed runs: a cron expression of five fields in a time zone. Used by the feed's targets.
// Immutable, thread-safe. Step 9.
//
//   minute hour day-of-month month day-of-week      */15 6-22 * * mon-fri
//
// Each field: *, a value, a range a-b, a list a,b; a step /n after * or a range. Months and days
// also by their first three letters; Sunday is 0 and 7. "L" as day of month is its last day, "5L"
// as day of week the month's last Friday. With both days given either is enough. Also @hourly,
// @daily, @weekly, @monthly.
//
// Where clocks change: an hour that is named ("30 2") runs once that day: at the end of the gap
// when its time is skipped, at the first of the two when it comes twice. With any hour ("*", "*/2")
// it follows real time: nothing for what is skipped, twice what comes twice.
#pragma once
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace stockbell::commerce {

class CronSchedule {
 public:
  // Errors: invalid "cron-invalid" and "time-zone-unknown", saying what is wrong and what would be
  // right; an expression that never comes (30 February) is invalid.
  static Result<CronSchedule> parse(std::string_view expression, std::string_view time_zone);

  Time next(Time after) const;  // the first instant later than `after`
  const std::string& expression() const { return expression_; }
  const std::string& time_zone() const { return time_zone_; }

 private:
  CronSchedule() = default;
  std::optional<Time> find_next(Time after) const;

  std::string expression_, time_zone_;
  const date::time_zone* zone_ = nullptr;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;       // 1-31
  std::bitset<13> months_;     // 1-12
  std::bitset<7> weekdays_;    // 0 Sunday
  std::bitset<7> last_;        // weekdays of which only the month's last counts
  bool last_day_ = false;      // L
  bool any_hour_ = false;      // the hour begins with *
  bool any_day_ = false, any_weekday_ = false;
};

}  // namespace stockbell::commerce
