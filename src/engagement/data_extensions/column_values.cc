#include "engagement/data_extensions/column_values.h"

#include <charconv>

#include "base/id.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

std::unexpected<Error> wrong(const Column& column, std::string_view wanted) {
  return fail(ErrorCode::invalid, "value-invalid",
              fmt::format("the column {} takes {}", column.name, wanted), column.name);
}

bool has_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == text.npos;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return {};
  return number;
}

std::optional<bool> parse_truth(std::string_view text) {
  const auto folded = fold_name(text);
  for (const auto* word : {"true", "yes", "y", "1"})
    if (folded == word) return true;
  for (const auto* word : {"false", "no", "n", "0"})
    if (folded == word) return false;
  return {};
}

bool is_locale(std::string_view text) {
  const auto letters = [](std::string_view part) {
    return part.size() == 2 && std::ranges::all_of(part, [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
  };
  if (text.size() == 2) return letters(text);
  return text.size() == 5 && letters(text.substr(0, 2)) && letters(text.substr(3)) &&
         (text[2] == '-' || text[2] == '_');
}

// Up to `count` numbers, separated by one of `separators`; empty when there is anything else.
std::optional<std::vector<int>> numbers_of(std::string_view text, std::string_view separators,
                                           std::size_t count) {
  std::vector<int> numbers;
  while (numbers.size() < count) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    const auto part = text.substr(0, end);
    const auto number =
        part.size() > 4 || !has_only(part, "0123456789") ? std::nullopt : parse_whole(part);
    if (!number) return {};
    numbers.push_back(static_cast<int>(*number));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
    if (numbers.size() == count) return {};
  }
  return numbers;
}

// "8:15:00 AM", "20:15"
std::optional<Duration> parse_time_of_day(std::string_view text) {
  const auto folded = fold_name(text);
  std::string_view rest = folded;
  const bool afternoon = rest.ends_with(" pm"), morning = rest.ends_with(" am");
  if (afternoon || morning) rest.remove_suffix(3);
  const auto parts = numbers_of(rest, ":", 3);
  if (!parts || parts->size() < 2) return {};
  auto hour = (*parts)[0];
  const int minute = (*parts)[1], second = parts->size() > 2 ? (*parts)[2] : 0;
  if (afternoon || morning) {
    if (hour < 1 || hour > 12) return {};
    hour = hour % 12 + (afternoon ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return {};
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

}  // namespace

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<Time> parse_date(std::string_view text) {
  if (const auto time = parse_rfc3339(text)) return time;
  const auto blank = std::min(text.find(' '), text.size());
  const auto day = text.substr(0, blank);
  const bool american = day.find('/') != day.npos;
  const auto parts = numbers_of(day, american ? "/" : "-", 3);
  if (!parts || parts->size() != 3) return {};
  const auto& p = *parts;
  const std::chrono::year_month_day date(
      std::chrono::year(american ? p[2] : p[0]),
      std::chrono::month(static_cast<unsigned>(american ? p[0] : p[1])),
      std::chrono::day(static_cast<unsigned>(american ? p[1] : p[2])));
  if (!date.ok() || int(date.year()) < 1000) return {};
  Time time{std::chrono::sys_days(date)};
  if (blank == text.size()) return time;
  const auto of_day = parse_time_of_day(text.substr(blank + 1));
  return of_day ? std::optional(time + *of_day) : std::nullopt;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, int digits, int scale) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto point = std::min(text.find('.'), text.size());
  auto whole = text.substr(0, point);
  auto fraction = point == text.size() ? std::string_view() : text.substr(point + 1);
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if ((whole.empty() && fraction.empty() && point + 1 >= text.size()) ||
      fraction.size() > static_cast<std::size_t>(scale))
    return {};
  std::string all = std::string(whole) + std::string(fraction);
  all.append(static_cast<std::size_t>(scale) - fraction.size(), '0');
  all.erase(0, std::min(all.find_first_not_of('0'), all.size()));
  if (!has_only(all, "0123456789") || all.size() > static_cast<std::size_t>(digits)) return {};
  const auto number = all.empty() ? 0 : parse_whole(all);
  if (!number) return {};
  return negative ? -*number : *number;
}

std::string format_decimal(std::int64_t value, int scale) {
  const bool negative = value < 0;
  auto digits = std::to_string(negative ? 0 - static_cast<std::uint64_t>(value)
                                        : static_cast<std::uint64_t>(value));
  const auto room = static_cast<std::size_t>(scale);
  if (digits.size() <= room) digits.insert(0, room + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - room, ".");
  return (negative ? "-" : "") + digits;
}

Result<db::Value> parse_value(const Column& column, std::string_view text) {
  if (!text::valid_utf8(text) || text.find('\0') != text.npos) return wrong(column, "UTF-8 text");
  if (!column.record_prefix.empty()) {
    const auto id = parse_record_id(column.record_prefix, text);
    if (!id)
      return wrong(column, fmt::format("a record id that begins with {}", column.record_prefix));
    return db::Value(*id);
  }
  if (column.type != ColumnType::text && text.empty()) return db::Value();
  switch (column.type) {
    case ColumnType::text:
      if (count_characters(text) > static_cast<std::size_t>(column.length))
        return wrong(column, fmt::format("at most {} characters", column.length));
      return db::Value(text);
    case ColumnType::number: {
      const auto number = parse_whole(text);
      if (!number || *number < INT32_MIN || *number > INT32_MAX)
        return wrong(column, "a whole number of 32 bits");
      return db::Value(*number);
    }
    case ColumnType::date: {
      const auto time = parse_date(text);
      if (!time)
        return wrong(column, "a date such as 2026-01-31T08:15:00Z or 1/31/2026 8:15:00 AM");
      return db::Value(to_ms(*time));
    }
    case ColumnType::boolean: {
      const auto truth = parse_truth(text);
      if (!truth) return wrong(column, "true or false");
      return db::Value(*truth ? 1 : 0);
    }
    case ColumnType::email_address:
      if (text.size() > 254 || !text::parse_email(text)) return wrong(column, "an e-mail address");
      return db::Value(text);
    case ColumnType::phone:
      if (text.size() > 50 || !has_only(text, "0123456789+-()./ x"))
        return wrong(column, "a phone number of at most 50 characters");
      return db::Value(text);
    case ColumnType::decimal: {
      const auto number = parse_decimal(text, column.length, column.scale);
      if (!number)
        return wrong(column,
                     fmt::format("a number of at most {} digits, {} of them behind the point",
                                 column.length, column.scale));
      return db::Value(*number);
    }
    case ColumnType::locale:
      if (!is_locale(text)) return wrong(column, "a locale such as en-GB");
      return db::Value(text);
  }
  return wrong(column, "nothing");
}

Result<std::optional<db::Value>> default_value(const Column& column, Time now) {
  if (!column.default_value) return std::optional<db::Value>();
  if (column.type == ColumnType::date && fold_name(*column.default_value) == "getdate()")
    return std::optional(db::Value(to_ms(now)));
  SB_TRY(value, parse_value(column, *column.default_value));
  return std::optional(std::move(value));
}

std::optional<std::string> format_value(const Column& column, const db::Value& value) {
  if (value.is_null()) return {};
  const auto* text = std::get_if<std::string>(&value.get());
  if (text) return *text;
  const auto* number = std::get_if<std::int64_t>(&value.get());
  if (!number) return fmt::format("{}", std::get<double>(value.get()));
  if (!column.record_prefix.empty()) return to_record_id(column.record_prefix, *number);
  switch (column.type) {
    case ColumnType::date:
      return to_rfc3339(from_ms(*number));
    case ColumnType::boolean:
      return *number ? "true" : "false";
    case ColumnType::decimal:
      return format_decimal(*number, column.scale);
    default:
      return std::to_string(*number);
  }
}

}  // namespace stockbell::engagement
