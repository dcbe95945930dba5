// A column's values between text, as clients write and read them, and the store. Times are kept in
// milliseconds of UTC, truth as 0 and 1, decimals as whole numbers of their last digit: exact, and
// in order on both stores. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

// Empty text is null for every type but Text. Errors: invalid, "value-invalid", with what the
// column takes and the column as its field; the message never has the value.
Result<db::Value> parse_value(const Column& column, std::string_view text);
// What a new row gets where it says nothing; empty when the column has no default.
Result<std::optional<db::Value>> default_value(const Column& column, Time now);
// As clients read it; null is empty.
std::optional<std::string> format_value(const Column& column, const db::Value& value);

// A date as RFC 3339, "2026-01-31", "2026-01-31 08:15:00", "1/31/2026" or "1/31/2026 8:15:00 AM".
std::optional<Time> parse_date(std::string_view text);
// "-12.5" with scale 2: -1250; empty when it is no number, or has digits that scale has no room
// for.
std::optional<std::int64_t> parse_decimal(std::string_view text, int digits, int scale);
std::string format_decimal(std::int64_t value, int scale);
std::size_t count_characters(std::string_view utf8);

}  // namespace stockbell::engagement
