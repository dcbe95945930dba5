#include <fmt/format.h>

#include "engagement/queries/compiler.h"

namespace stockbell::engagement::queries {
namespace {

bool is_aggregate(std::string_view name) {
  for (const std::string_view one : {"count", "sum", "min", "max", "avg"})
    if (name == one) return true;
  return false;
}

Typed made_of(const std::vector<Typed>& arguments, Kind kind, std::string sql) {
  Typed made;
  for (const auto& argument : arguments) about(made, argument);
  made.kind = kind;
  made.sql = std::move(sql);
  return made;
}

std::int64_t milliseconds_of(std::string_view part) {
  constexpr std::pair<std::string_view, std::int64_t> kParts[] = {
      {"second", 1000},  {"ss", 1000},     {"s", 1000},       {"minute", 60'000},
      {"mi", 60'000},    {"n", 60'000},    {"hour", 3600000}, {"hh", 3600000},
      {"day", 86400000}, {"dd", 86400000}, {"d", 86400000},   {"week", 604800000},
      {"wk", 604800000}, {"ww", 604800000}};
  for (const auto& [name, length] : kParts)
    if (part == name) return length;
  return 0;
}

// What texts beside it are read as; no part of the statement.
Typed a_date() {
  Typed made;
  made.kind = Kind::date;
  return made;
}

std::string as_integer(const Typed& value) { return fmt::format("CAST({} AS INTEGER)", value.sql); }

}  // namespace

Result<Typed> Compiler::function(const Expression& wanted, const Scope& scope) {
  if (is_aggregate(wanted.name)) return aggregate(wanted, scope);
  if (wanted.distinct) return wrong("DISTINCT stands within COUNT, SUM, MIN, MAX and AVG");
  if (wanted.name.starts_with("date") || wanted.name.starts_with("get"))
    return date_function(wanted, scope);
  if (wanted.name == "iif") {
    if (wanted.arguments.size() != 3) return wrong("IIF takes a condition and two values");
    Expression choosing;
    choosing.kind = Expression::Kind::choice;
    choosing.arguments = wanted.arguments;
    choosing.has_else = true;
    return choice(choosing, scope);
  }
  std::vector<Typed> arguments;
  for (const auto& argument : wanted.arguments) {
    SB_TRY(one, value(argument, scope));
    arguments.push_back(std::move(one));
  }
  const auto& name = wanted.name;
  if (name == "isnull" || name == "coalesce" || name == "nullif") {
    if (arguments.size() < 2 || (name != "coalesce" && arguments.size() > 2))
      return wrong(name + " takes two values");
    SB_CHECK(unify(arguments));
    std::string list;
    for (const auto& argument : arguments) list += (list.empty() ? "" : ", ") + argument.sql;
    auto made = made_of(arguments, arguments[0].kind,
                        fmt::format("{}({})", name == "nullif" ? "NULLIF" : "COALESCE", list));
    made.scale = arguments[0].scale;
    made.record_prefix = arguments[0].record_prefix;
    return made;
  }
  if (name == "abs") {
    if (arguments.size() != 1) return wrong("ABS takes one number");
    as_number(arguments[0]);
    if (arguments[0].kind != Kind::whole && arguments[0].kind != Kind::real)
      return wrong("ABS takes one number");
    return made_of(arguments, arguments[0].kind, fmt::format("ABS({})", arguments[0].sql));
  }
  return text_function(name, std::move(arguments));
}

Result<Typed> Compiler::aggregate(const Expression& wanted, const Scope& scope) {
  Typed made;
  made.aggregates = true;
  made.kind = Kind::whole;
  if (wanted.star) {
    made.sql = "COUNT(*)";
    return made;
  }
  if (wanted.arguments.size() != 1) return wrong(wanted.name + " takes one value");
  SB_TRY(counted, value(wanted.arguments[0], scope));
  if (counted.aggregates) return wrong("an aggregate within an aggregate");
  const auto* distinct = wanted.distinct ? "DISTINCT " : "";
  if (wanted.name == "count") {
    made.sql = fmt::format("COUNT({}{})", distinct, counted.sql);
    return made;
  }
  if (wanted.name == "min" || wanted.name == "max") {
    if (counted.kind == Kind::null) return wrong("NULL has no type here");
    made.kind = counted.kind;
    made.scale = counted.scale;
    made.record_prefix = counted.record_prefix;
    made.sql = fmt::format("{}({})", wanted.name == "min" ? "MIN" : "MAX", counted.sql);
    return made;
  }
  as_number(counted);
  if (counted.kind != Kind::whole && counted.kind != Kind::real)
    return wrong(wanted.name + " takes numbers");
  if (wanted.name == "avg") {
    made.kind = Kind::real;
    made.sql = fmt::format("AVG({}CAST({} AS DOUBLE PRECISION))", distinct, counted.sql);
    return made;
  }
  made.kind = counted.kind;
  made.sql = counted.kind == Kind::real
                 ? fmt::format("SUM({}{})", distinct, counted.sql)
                 : fmt::format("CAST(SUM({}{}) AS BIGINT)", distinct, counted.sql);
  return made;
}

Result<Typed> Compiler::text_function(const std::string& name, std::vector<Typed> arguments) {
  const auto count = arguments.size();
  const auto takes = [&](std::size_t low, std::size_t high) {
    return count >= low && count <= high;
  };
  if (name == "concat") {
    std::string all;
    for (auto& argument : arguments) {
      SB_CHECK(as_text(argument));
      all += fmt::format("{}COALESCE({}, '')", all.empty() ? "" : " || ", argument.sql);
    }
    if (count < 1) return wrong("CONCAT takes texts");
    return made_of(arguments, Kind::text, "(" + all + ")");
  }
  constexpr std::pair<std::string_view, std::string_view> kPlain[] = {{"upper", "UPPER"},
                                                                      {"lower", "LOWER"},
                                                                      {"trim", "TRIM"},
                                                                      {"ltrim", "LTRIM"},
                                                                      {"rtrim", "RTRIM"}};
  if (count > 0) SB_CHECK(as_text(arguments[0]));
  for (const auto& [known, sql] : kPlain)
    if (name == known) {
      if (!takes(1, 1)) return wrong(name + " takes one text");
      return made_of(arguments, Kind::text, fmt::format("{}({})", sql, arguments[0].sql));
    }
  if (name == "len") {
    if (!takes(1, 1)) return wrong("LEN takes one text");
    return made_of(arguments, Kind::whole,
                   fmt::format("CAST(LENGTH({}) AS BIGINT)", arguments[0].sql));
  }
  if (name == "replace") {
    if (!takes(3, 3)) return wrong("REPLACE takes three texts");
    for (auto& argument : arguments) SB_CHECK(as_text(argument));
    return made_of(
        arguments, Kind::text,
        fmt::format("REPLACE({}, {}, {})", arguments[0].sql, arguments[1].sql, arguments[2].sql));
  }
  const bool cuts = name == "left" || name == "right" || name == "substring";
  if (!cuts) return wrong("the function " + name + " is not known here");
  if (name == "substring" ? !takes(3, 3) : !takes(2, 2))
    return wrong(name + " takes a text and numbers");
  for (std::size_t i = 1; i < count; ++i)
    if (arguments[i].kind != Kind::whole) return wrong(name + " takes a text and whole numbers");
  const auto& text = arguments[0].sql;
  const auto second = as_integer(arguments[1]);
  if (name == "left")
    return made_of(arguments, Kind::text, fmt::format("substr({}, 1, {})", text, second));
  if (name == "substring")
    return made_of(arguments, Kind::text,
                   fmt::format("substr({}, {}, {})", text, second, as_integer(arguments[2])));
  return made_of(
      arguments, Kind::text,
      fmt::format("substr({0}, CASE WHEN LENGTH({0}) > {1} THEN LENGTH({0}) - {1} + 1 ELSE 1 END)",
                  text, second));
}

Result<Typed> Compiler::date_function(const Expression& wanted, const Scope& scope) {
  const auto& name = wanted.name;
  if (name == "getdate" || name == "getutcdate") {
    if (!wanted.arguments.empty()) return wrong(name + " takes nothing");
    return parameter(to_ms(context_.now), Kind::date);
  }
  if ((name != "dateadd" && name != "datediff") || wanted.arguments.size() != 3)
    return wrong(
        "the functions of dates are GETDATE(), DATEADD(part, number, date) and DATEDIFF(part, "
        "date, date)");
  const auto& part = wanted.arguments[0];
  const auto length =
      part.kind == Expression::Kind::column ? milliseconds_of(fold_name(part.name)) : 0;
  if (length == 0) return wrong("the parts of a date are week, day, hour, minute and second");
  std::vector<Typed> arguments;
  for (std::size_t i = 1; i < 3; ++i) {
    SB_TRY(one, value(wanted.arguments[i], scope));
    arguments.push_back(std::move(one));
  }
  if (name == "dateadd") {
    std::vector<Typed> date = {arguments[1], a_date()};
    SB_CHECK(unify(date));
    if (arguments[0].kind != Kind::whole || date[0].kind != Kind::date)
      return wrong("DATEADD takes a whole number and a date");
    return made_of(arguments, Kind::date,
                   fmt::format("({} + {} * {})", date[0].sql, arguments[0].sql, length));
  }
  arguments.push_back(a_date());
  SB_CHECK(unify(arguments));
  if (arguments[0].kind != Kind::date) return wrong("DATEDIFF takes two dates");
  return made_of(
      arguments, Kind::whole,
      fmt::format("({1} / {2} - {0} / {2})", arguments[0].sql, arguments[1].sql, length));
}

}  // namespace stockbell::engagement::queries
