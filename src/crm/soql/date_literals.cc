#include "crm/soql/date_literals.h"

#include <array>

#include "crm/objects/schema.h"

namespace stockbell::crm::soql {
namespace {

using Unit = RelativeDate::Unit;
using Span = RelativeDate::Span;
using std::chrono::days;
using std::chrono::sys_days;

struct Named {
  std::string_view name;
  DateLiteral literal;
};

// Of a counted one the shift is the sign that the number gets.
constexpr std::array kNames{
    Named{"TODAY", {{Unit::day, Span::one, 0}}},
    Named{"YESTERDAY", {{Unit::day, Span::one, -1}}},
    Named{"TOMORROW", {{Unit::day, Span::one, 1}}},
    Named{"LAST_WEEK", {{Unit::week, Span::one, -1}}},
    Named{"THIS_WEEK", {{Unit::week, Span::one, 0}}},
    Named{"NEXT_WEEK", {{Unit::week, Span::one, 1}}},
    Named{"LAST_MONTH", {{Unit::month, Span::one, -1}}},
    Named{"THIS_MONTH", {{Unit::month, Span::one, 0}}},
    Named{"NEXT_MONTH", {{Unit::month, Span::one, 1}}},
    Named{"LAST_QUARTER", {{Unit::quarter, Span::one, -1}}},
    Named{"THIS_QUARTER", {{Unit::quarter, Span::one, 0}}},
    Named{"NEXT_QUARTER", {{Unit::quarter, Span::one, 1}}},
    Named{"LAST_YEAR", {{Unit::year, Span::one, -1}}},
    Named{"THIS_YEAR", {{Unit::year, Span::one, 0}}},
    Named{"NEXT_YEAR", {{Unit::year, Span::one, 1}}},
    Named{"LAST_FISCAL_QUARTER", {{Unit::quarter, Span::one, -1}}},
    Named{"THIS_FISCAL_QUARTER", {{Unit::quarter, Span::one, 0}}},
    Named{"NEXT_FISCAL_QUARTER", {{Unit::quarter, Span::one, 1}}},
    Named{"LAST_FISCAL_YEAR", {{Unit::year, Span::one, -1}}},
    Named{"THIS_FISCAL_YEAR", {{Unit::year, Span::one, 0}}},
    Named{"NEXT_FISCAL_YEAR", {{Unit::year, Span::one, 1}}},
    Named{"LAST_90_DAYS", {{Unit::day, Span::last, 90}}},
    Named{"NEXT_90_DAYS", {{Unit::day, Span::next, 90}}},
    Named{"LAST_N_DAYS", {{Unit::day, Span::last, 1}, true}},
    Named{"NEXT_N_DAYS", {{Unit::day, Span::next, 1}, true}},
    Named{"N_DAYS_AGO", {{Unit::day, Span::one, -1}, true}},
    Named{"LAST_N_WEEKS", {{Unit::week, Span::last, 1}, true}},
    Named{"NEXT_N_WEEKS", {{Unit::week, Span::next, 1}, true}},
    Named{"N_WEEKS_AGO", {{Unit::week, Span::one, -1}, true}},
    Named{"LAST_N_MONTHS", {{Unit::month, Span::last, 1}, true}},
    Named{"NEXT_N_MONTHS", {{Unit::month, Span::next, 1}, true}},
    Named{"N_MONTHS_AGO", {{Unit::month, Span::one, -1}, true}},
    Named{"LAST_N_QUARTERS", {{Unit::quarter, Span::last, 1}, true}},
    Named{"NEXT_N_QUARTERS", {{Unit::quarter, Span::next, 1}, true}},
    Named{"N_QUARTERS_AGO", {{Unit::quarter, Span::one, -1}, true}},
    Named{"LAST_N_YEARS", {{Unit::year, Span::last, 1}, true}},
    Named{"NEXT_N_YEARS", {{Unit::year, Span::next, 1}, true}},
    Named{"N_YEARS_AGO", {{Unit::year, Span::one, -1}, true}},
};

sys_days month_start(sys_days day, int months_on, int aligned_to) {
  const std::chrono::year_month_day date(day);
  const auto month = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  auto start = std::chrono::year_month(date.year(), std::chrono::month(1));
  start += std::chrono::months(month / aligned_to * aligned_to + months_on);
  return sys_days(start / std::chrono::day(1));
}

// The start of the unit that lies `shift` units from the one `day` is in.
sys_days unit_start(Unit unit, sys_days day, int shift) {
  switch (unit) {
    case Unit::day:
      return day + days(shift);
    case Unit::week:
      return day - days(std::chrono::weekday(day).c_encoding()) + days(7 * shift);
    case Unit::month:
      return month_start(day, shift, 1);
    case Unit::quarter:
      return month_start(day, 3 * shift, 3);
    case Unit::year:
      break;
  }
  return month_start(day, 12 * shift, 12);
}

}  // namespace

std::optional<DateLiteral> find_date_literal(std::string_view name) {
  for (const auto& known : kNames)
    if (objects::same_name(known.name, name)) return known.literal;
  return {};
}

TimeSpan span_of(const RelativeDate& date, Time now) {
  const auto today = std::chrono::floor<days>(now);
  const auto start = [&](int shift) { return Time(unit_start(date.unit, today, shift)); };
  switch (date.span) {
    case Span::one:
      return {start(date.shift), start(date.shift + 1)};
    case Span::last:  // the last days end with today, other units with the one before this
      return {start(-date.shift), start(date.unit == Unit::day ? 1 : 0)};
    case Span::next:
      break;
  }
  return {start(1), start(1 + date.shift)};
}

}  // namespace stockbell::crm::soql
