#include "base/clock.h"

#include <fmt/format.h>

#include <charconv>

namespace stockbell {
namespace {

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<Duration> time;
};

Civil civil(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<Duration>(time - day)};
}

// Reads exactly `digits` digits at `text`'s front and moves past them.
bool take(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc() || end != text.data() + digits || text.front() == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

Duration take_fraction(std::string_view& text) {
  int ms = 0, scale = 100;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return Duration(ms);
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto [date, hms] = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), hms.hours().count(),
                     hms.minutes().count(), hms.seconds().count(), hms.subseconds().count());
}

std::string to_rfc5322(Time time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto [date, hms] = civil(time);
  const std::chrono::weekday weekday{std::chrono::sys_days(date)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[weekday.c_encoding()],
                     unsigned(date.day()), kMonths[unsigned(date.month()) - 1], int(date.year()),
                     hms.hours().count(), hms.minutes().count(), hms.seconds().count());
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  int year, month, day, hour = 0, minute = 0, second = 0;
  if (!take(text, 4, year) || !take(text, '-') || !take(text, 2, month) || !take(text, '-') ||
      !take(text, 2, day))
    return {};
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  if (!date.ok()) return {};
  Time time = std::chrono::sys_days(date);
  if (text.empty()) return time;
  if (!take(text, 'T') && !take(text, ' ')) return {};
  if (!take(text, 2, hour) || !take(text, ':') || !take(text, 2, minute)) return {};
  if (take(text, ':') && !take(text, 2, second)) return {};
  if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second > 0)) return {};
  time += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  if (take(text, '.')) time += take_fraction(text);
  if (text.empty() || text == "Z" || text == "z") return time;
  const bool east = text.front() == '+';
  if (!east && text.front() != '-') return {};
  text.remove_prefix(1);
  if (!take(text, 2, hour)) return {};
  take(text, ':');
  if (!take(text, 2, minute) || !text.empty() || hour > 14 || minute > 59) return {};
  const auto offset = std::chrono::hours(hour) + std::chrono::minutes(minute);
  return east ? time - offset : time + offset;
}

}  // namespace stockbell
