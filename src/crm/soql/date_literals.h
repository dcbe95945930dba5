// SOQL's date literals (TODAY, LAST_N_DAYS:7, THIS_QUARTER, ...): their names, and the stretch of
// time one means at a moment. In UTC; weeks begin on Sunday; fiscal years are calendar years. Used
// by the parser and the compiler. Pure, thread-safe.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "crm/soql/ast.h"

namespace stockbell::crm::soql {

struct DateLiteral {
  RelativeDate date;
  bool counted = false;  // wants ":n", which becomes the shift
};

std::optional<DateLiteral> find_date_literal(std::string_view name);  // without regard to case

struct TimeSpan {
  Time begin, end;  // end excluded
};

// Shifts reach at most 3,000 years.
inline constexpr std::int64_t kMaxDateShift = 9999;
TimeSpan span_of(const RelativeDate& date, Time now);

}  // namespace stockbell::crm::soql
