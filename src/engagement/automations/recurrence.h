// When a scheduled automation runs: "FREQ=DAILY;INTERVAL=1;COUNT=10" from a start on, as of RFC
// 5545 with the parts FREQ (MINUTELY, HOURLY, DAILY, WEEKLY), INTERVAL, COUNT and UNTIL. Pure; UTC.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::engagement {

struct Recurrence {
  Duration every{};
  std::int64_t count = 0;  // 0: without end
  std::optional<Time> until{};

  // The first run after `after`; empty when there is none any more.
  std::optional<Time> next(Time start, Time after) const;
};

// Errors: invalid, "schedule-invalid".
Result<Recurrence> parse_recurrence(std::string_view text);

}  // namespace stockbell::engagement
