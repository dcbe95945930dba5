// A SELECT of Marketing Cloud's dialect (reference 6.4), as it was written. Values only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stockbell::engagement::queries {

struct Select;
struct Query;

struct Expression {
  enum class Kind {
    text,    // name: its content
    number,  // name: its digits
    null,
    column,      // qualifier, name
    function,    // name in lower case, arguments; distinct, star (of COUNT)
    row_number,  // arguments: partition; orders
    choice,      // CASE: condition, value, condition, value ..., and with has_else a last value
    cast,        // name: the type; arguments: one
    operation,   // name: + - * / % = <> < <= > >= and or not negate
    like,
    in,  // arguments: the value and the list, or the value and `query`
    between,
    is_null,
    exists,
  };
  struct Order;
  Kind kind = Kind::null;
  std::string qualifier, name;
  std::vector<Expression> arguments;
  std::vector<Order> orders;
  std::shared_ptr<Query> query;
  bool negated = false, distinct = false, star = false, has_else = false;
};

struct Expression::Order {
  Expression by;
  bool descending = false;
};

struct Item {
  Expression value;
  std::string alias;  // "": the column's own name
};

struct Source {
  std::string name;              // of a data extension or a view
  std::shared_ptr<Query> query;  // or a query in brackets
  std::string alias;
  bool left = false;             // LEFT JOIN
  std::optional<Expression> on;  // of all but the first
};

struct Select {
  bool distinct = false;
  std::optional<std::int64_t> top;
  std::vector<Item> items;
  std::vector<Source> sources;  // the first, and those joined to it
  std::optional<Expression> where, having;
  std::vector<Expression> groups;
};

struct Query {
  std::vector<Select> selects;  // joined by UNION
  std::vector<bool> all;        // before the second and later ones: UNION ALL
  std::vector<Expression::Order> orders;
};

}  // namespace stockbell::engagement::queries
