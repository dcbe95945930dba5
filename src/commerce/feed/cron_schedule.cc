#include "commerce/feed/cron_schedule.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <vector>

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr int kDaysAhead = 366 * 9;  // 29 February can be eight years away
constexpr std::size_t kLongest = 200;

struct Field {
  std::string_view name, range;
  int low, high;
  std::span<const std::string_view> words;  // the first stands for `low`
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr std::array<Field, 5> kFields{{{"minute", "0-59", 0, 59, {}},
                                        {"hour", "0-23", 0, 23, {}},
                                        {"day of month", "1-31 or L", 1, 31, {}},
                                        {"month", "1-12 or jan-dec", 1, 12, kMonths},
                                        {"day of week", "0-7 or sun-sat", 0, 7, kWeekdays}}};

std::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::invalid, "cron-invalid", std::string(what), "schedule");
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> number_of(const Field& field, std::string_view text) {
  for (std::size_t i = 0; i < field.words.size(); ++i)
    if (text == field.words[i]) return field.low + static_cast<int>(i);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return number;
}

// What one field allows, with its value as the bit.
Result<std::bitset<64>> read_field(const Field& field, std::string_view text) {
  std::bitset<64> allowed;
  auto not_right = [&](std::string_view part) {
    return wrong(fmt::format("\"{}\" is no {}; it takes {}, *, lists with commas, ranges, and "
                             "steps such as */15",
                             part, field.name, field.range));
  };
  for (auto part : split(text, ',')) {
    auto span = part;
    int step = 1;
    const auto slash = part.find('/');
    if (slash != part.npos) {
      span = part.substr(0, slash);
      const auto steps = number_of({"step", "", 1, 0, {}}, part.substr(slash + 1));
      if (!steps || *steps < 1 || *steps > field.high) return not_right(part);
      step = *steps;
    }
    int from = field.low, to = field.high;
    if (span != "*") {
      const auto dash = span.find('-');
      const auto first = number_of(field, span.substr(0, dash));
      const auto last = dash == span.npos ? first : number_of(field, span.substr(dash + 1));
      if (!first || !last || (slash != part.npos && dash == span.npos)) return not_right(part);
      from = *first;
      to = *last;
    } else if (field.high == 7) {
      to = 6;  // 7 is Sunday again
    }
    if (from < field.low || to > field.high || from > to) return not_right(part);
    for (int value = from; value <= to; value += step) allowed.set(value);
  }
  return allowed;
}

// A local time as instants: none in a gap, two when it comes twice.
struct Instants {
  std::array<std::chrono::sys_seconds, 2> at;
  int count = 0;
};

Instants instants_of(const date::time_zone& zone, date::local_seconds local, bool any_hour) {
  const auto info = zone.get_info(local);
  if (info.result == date::local_info::unique)
    return {{std::chrono::sys_seconds(local.time_since_epoch() - info.first.offset)}, 1};
  if (info.result == date::local_info::nonexistent) {
    if (any_hour) return {};
    return {{std::chrono::sys_seconds(info.first.end.time_since_epoch())}, 1};
  }
  return {{std::chrono::sys_seconds(local.time_since_epoch() - info.first.offset),
           std::chrono::sys_seconds(local.time_since_epoch() - info.second.offset)},
          any_hour ? 2 : 1};
}

std::string_view spelled_out(std::string_view text) {
  if (text == "@hourly") return "0 * * * *";
  if (text == "@daily" || text == "@midnight") return "0 0 * * *";
  if (text == "@weekly") return "0 0 * * 0";
  if (text == "@monthly") return "0 0 1 * *";
  return text;
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view expression, std::string_view time_zone) {
  CronSchedule schedule;
  if (expression.size() > kLongest) return wrong("a schedule is at most 200 characters long");
  schedule.expression_ = text::trim(expression);
  schedule.time_zone_ = time_zone;
  std::string lower = schedule.expression_;
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '\t') c = ' ';
  }
  std::vector<std::string_view> fields;
  for (auto field : split(spelled_out(lower), ' '))
    if (!field.empty()) fields.push_back(field);
  if (fields.size() != 5)
    return wrong(fmt::format("\"{}\" has {} fields; a schedule has five: minute, hour, day of "
                             "month, month, day of week, such as \"*/15 6-22 * * mon-fri\"",
                             schedule.expression_, fields.size()));
  schedule.any_hour_ = fields[1].starts_with('*');
  schedule.any_day_ = fields[2].starts_with('*');
  schedule.any_weekday_ = fields[4].starts_with('*');
  std::array<std::bitset<64>, 5> allowed;
  for (std::size_t i = 0; i < 5; ++i) {
    std::string kept;  // without the L's, which no plain field has
    for (auto part : split(fields[i], ',')) {
      if (i == 2 && part == "l") {
        schedule.last_day_ = true;
      } else if (i == 4 && part.size() > 1 && part.ends_with('l') &&
                 number_of(kFields[4], part.substr(0, part.size() - 1)).value_or(8) <= 7 &&
                 number_of(kFields[4], part.substr(0, part.size() - 1)).value_or(8) >= 0) {
        schedule.last_.set(*number_of(kFields[4], part.substr(0, part.size() - 1)) % 7);
      } else {
        kept.append(kept.empty() ? "" : ",").append(part);
        if (part.empty()) kept += ',';  // an empty part is wrong, and said to be
      }
    }
    const bool only_last = kept.empty() && fields[i] != "";
    if (only_last) continue;
    SB_TRY(bits, read_field(kFields[i], kept));
    allowed[i] = bits;
  }
  for (int i = 0; i < 60; ++i) schedule.minutes_[i] = allowed[0][i];
  for (int i = 0; i < 24; ++i) schedule.hours_[i] = allowed[1][i];
  for (int i = 1; i <= 31; ++i) schedule.days_[i] = allowed[2][i];
  for (int i = 1; i <= 12; ++i) schedule.months_[i] = allowed[3][i];
  for (int i = 0; i <= 7; ++i)
    if (allowed[4][i]) schedule.weekdays_.set(i % 7);
  try {
    schedule.zone_ = date::locate_zone(std::string(time_zone));
  } catch (const std::exception&) {
    return fail(ErrorCode::invalid, "time-zone-unknown",
                fmt::format("\"{}\" is no time zone; name one of the IANA database, such as "
                            "\"Europe/Berlin\"",
                            time_zone),
                "time_zone");
  }
  if (!schedule.find_next(Time{}))
    return wrong(fmt::format("\"{}\" never comes", schedule.expression_));
  return schedule;
}

Time CronSchedule::next(Time after) const {
  if (auto found = find_next(after)) return *found;
  return after + std::chrono::days(kDaysAhead);  // parse() has seen it come: not reached
}

std::optional<Time> CronSchedule::find_next(Time after) const {
  using std::chrono::days;
  const auto local = zone_->to_local(std::chrono::floor<std::chrono::seconds>(after));
  auto day = date::floor<days>(local) - days(1);  // a clock may have gone back over midnight
  for (int i = 0; i < kDaysAhead; ++i, day += days(1)) {
    const date::year_month_day ymd(day);
    if (!months_[static_cast<unsigned>(ymd.month())]) continue;
    const auto month_end = date::year_month_day_last(ymd.year() / ymd.month() / date::last).day();
    const auto weekday = date::weekday(day).c_encoding();
    const auto number = static_cast<unsigned>(ymd.day());
    const bool by_day = days_[number] || (last_day_ && ymd.day() == month_end);
    const bool by_weekday =
        weekdays_[weekday] || (last_[weekday] && number + 7 > static_cast<unsigned>(month_end));
    const bool either = !any_day_ && !any_weekday_;
    if (either ? !by_day && !by_weekday : !by_day || !by_weekday) continue;
    std::optional<Time> first;
    for (int hour = 0; hour < 24; ++hour) {
      if (!hours_[hour]) continue;
      for (int minute = 0; minute < 60; ++minute) {
        if (!minutes_[minute]) continue;
        const auto found = instants_of(
            *zone_, date::local_seconds(day) + std::chrono::hours(hour) + std::chrono::minutes(minute),
            any_hour_);
        for (int n = 0; n < found.count; ++n)
          if (Time at = found.at[n]; at > after && (!first || at < *first)) first = at;
      }
    }
    if (first) return first;
  }
  return {};
}

}  // namespace stockbell::commerce
