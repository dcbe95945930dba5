// A parsed SOQL query: names as written, literals decoded, every part with its place in the text so
// that later errors can point at it. Made by parse(), read by the compiler. Plain values.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stockbell::crm::soql {

using Offset = std::uint32_t;  // bytes from the start of the query

struct Path {  // Contact__r.Account.Name
  std::vector<std::string> names;
  Offset at = 0;
};

enum class Function { none, count, count_distinct, min, max, sum, avg };

struct Operand {  // a field, or an aggregate of one
  Function function = Function::none;
  Path path;  // empty in COUNT()
  Offset at = 0;
};

// TODAY, LAST_N_MONTHS:3 and so on: `shift` units back or forth from the running one.
struct RelativeDate {
  enum class Unit { day, week, month, quarter, year };
  enum class Span { one, last, next };  // one: the unit `shift` away; last, next: `shift` of them
  Unit unit = Unit::day;
  Span span = Span::one;
  int shift = 0;
};

struct Literal {
  enum class Kind { null, boolean, integer, number, text, date, date_time, relative };
  Kind kind = Kind::null;
  std::string text;          // text: decoded; date: 2026-01-31; numbers: as written
  std::string pattern;       // text, as a LIKE pattern whose escape is a backslash
  std::int64_t integer = 0;  // integer; boolean 0/1; date_time in ms
  double number = 0;
  RelativeDate relative;
  Offset at = 0;
};

enum class Comparison {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  like,
  in,
  not_in
};

struct Query;

struct Condition {
  enum class Kind { comparison, all, any, negation };
  Kind kind = Kind::comparison;
  std::vector<Condition> parts;  // of all, any, negation (one)
  Operand operand;
  Comparison comparison = Comparison::equal;
  std::vector<Literal> literals;  // one, or the list of IN
  std::unique_ptr<Query> inner;   // IN (SELECT ...)
  Offset at = 0;
};

struct SelectItem {
  enum class Kind { field, aggregate, fields_all, fields_standard, fields_custom, subquery };
  Kind kind = Kind::field;
  Operand operand;
  std::string alias;
  std::unique_ptr<Query> subquery;
  Offset at = 0;
};

struct OrderItem {
  Operand operand;
  bool descending = false;
  std::optional<bool> nulls_first;
};

struct Query {
  std::vector<SelectItem> select;
  std::string from, alias;  // of a child subquery: the relationship's name
  Offset from_at = 0;
  std::optional<Condition> where;
  std::vector<Path> group_by;
  std::optional<Condition> having;
  std::vector<OrderItem> order_by;
  std::optional<std::int64_t> limit, offset;
  Offset limit_at = 0, offset_at = 0;
  bool all_rows = false;
};

}  // namespace stockbell::crm::soql
