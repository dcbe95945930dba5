#include "engagement/automations/recurrence.h"

#include <fmt/format.h>

#include <charconv>

namespace stockbell::engagement {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "schedule-invalid", std::move(message), "icalRecur");
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && number >= 1 && number <= 1'000'000
             ? std::optional(number)
             : std::nullopt;
}

// 20260131T081500Z
std::optional<Time> basic_time(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return {};
  const auto part = [&](std::size_t at, std::size_t length) {
    return std::string(text.substr(at, length));
  };
  return parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" +
                       part(11, 2) + ":" + part(13, 2) + "Z");
}

}  // namespace

std::optional<Time> Recurrence::next(Time start, Time after) const {
  const auto passed = after < start ? 0 : (after - start) / every + 1;
  if (count > 0 && passed >= count) return {};
  const auto at = start + every * passed;
  if (until && at > *until) return {};
  return at;
}

Result<Recurrence> parse_recurrence(std::string_view text) {
  Recurrence made;
  std::int64_t interval = 1;
  if (text.starts_with("RRULE:")) text.remove_prefix(6);
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = part.find('=');
    if (equals == part.npos) return bad("icalRecur has the form FREQ=DAILY;INTERVAL=1");
    const auto name = part.substr(0, equals), value = part.substr(equals + 1);
    if (name == "FREQ") {
      if (value == "MINUTELY") made.every = std::chrono::minutes(1);
      if (value == "HOURLY") made.every = std::chrono::hours(1);
      if (value == "DAILY") made.every = std::chrono::hours(24);
      if (value == "WEEKLY") made.every = std::chrono::hours(24 * 7);
      if (made.every == Duration(0)) return bad("FREQ is MINUTELY, HOURLY, DAILY or WEEKLY");
    } else if (name == "INTERVAL" || name == "COUNT") {
      const auto number = whole(value);
      if (!number) return bad(fmt::format("{} is a whole number from 1 on", name));
      (name == "COUNT" ? made.count : interval) = *number;
    } else if (name == "UNTIL") {
      made.until = basic_time(value);
      if (!made.until) return bad("UNTIL has the form 20260131T081500Z");
    } else {
      return bad(
          fmt::format("the parts are FREQ, INTERVAL, COUNT and UNTIL, not {}", name.substr(0, 20)));
    }
  }
  if (made.every == Duration(0)) return bad("icalRecur begins with FREQ=");
  made.every *= interval;
  return made;
}

}  // namespace stockbell::engagement
