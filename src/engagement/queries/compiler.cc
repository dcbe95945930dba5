#include "engagement/queries/compiler.h"

#include "base/id.h"
#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/conditions.h"
#include "engagement/queries/lexer.h"

namespace stockbell::engagement::queries {
Result<Typed> Compiler::value(const Expression& wanted, const Scope& scope) {
  SB_TRY(found, expression(wanted, scope));
  if (found.kind == Kind::condition) return wrong("a condition is no value; use CASE WHEN");
  return std::move(found);
}

Result<std::string> Compiler::condition(const Expression& wanted, const Scope& scope, Typed* of) {
  SB_TRY(found, expression(wanted, scope));
  if (found.kind != Kind::condition) return wrong("a condition is expected, such as a comparison");
  if (of) about(*of, found);
  return found.sql;
}

Result<Typed> Compiler::expression(const Expression& wanted, const Scope& scope) {
  switch (wanted.kind) {
    case Expression::Kind::text: {
      auto made = parameter(wanted.name, Kind::text);
      made.literal = wanted.name;
      return made;
    }
    case Expression::Kind::number: {
      if (const auto whole = parse_decimal(wanted.name, 18, 0))
        return parameter(*whole, Kind::whole);
      return parameter(std::stod(wanted.name), Kind::real);
    }
    case Expression::Kind::null: {
      Typed made;
      made.sql = "NULL";
      return made;
    }
    case Expression::Kind::column:
      return column(wanted, scope);
    case Expression::Kind::function:
      return function(wanted, scope);
    case Expression::Kind::row_number:
      return numbered(wanted, scope);
    case Expression::Kind::choice:
      return choice(wanted, scope);
    case Expression::Kind::cast:
      return cast(wanted, scope);
    case Expression::Kind::operation:
      return operation(wanted, scope);
    case Expression::Kind::like:
      return like(wanted, scope);
    case Expression::Kind::in:
    case Expression::Kind::between:
      return contained(wanted, scope);
    default:
      return logic(wanted, scope);
  }
}

Result<Typed> Compiler::column(const Expression& wanted, const Scope& scope) const {
  const auto qualifier = fold_name(wanted.qualifier), name = fold_name(wanted.name);
  for (const auto* at = &scope; at; at = at->outer) {
    const Offered* found = nullptr;
    for (const auto& source : at->sources) {
      if (!qualifier.empty() && fold_name(source.alias) != qualifier) continue;
      for (const auto& offered : source.columns) {
        if (fold_name(offered.name) != name) continue;
        if (found)
          return wrong("the column " + wanted.name + " is in more than one source; say which");
        found = &offered;
      }
    }
    if (!found) continue;
    Typed made;
    made.sql = found->sql;
    made.kind = found->kind;
    made.scale = found->scale;
    made.record_prefix = found->record_prefix;
    if (at == &scope) made.loose.insert(found->sql);
    return made;
  }
  return wrong("there is no column " + (qualifier.empty() ? "" : wanted.qualifier + ".") +
               wanted.name);
}

Result<Typed> Compiler::arithmetic(const std::string& sign, Typed left, Typed right) {
  Typed made;
  about(made, left);
  about(made, right);
  if (sign == "+" &&
      (left.kind == Kind::text || right.kind == Kind::text || left.kind == Kind::record)) {
    SB_CHECK(as_text(left));
    SB_CHECK(as_text(right));
    made.kind = Kind::text;
    made.sql = fmt::format("({} || {})", left.sql, right.sql);
    return made;
  }
  if (left.kind == Kind::null) left = parameter(db::Value(), Kind::whole);
  if (right.kind == Kind::null) right = parameter(db::Value(), Kind::whole);
  if (!is_number(left.kind) || !is_number(right.kind))
    return wrong("numbers are added and multiplied; for dates there is DATEADD");
  std::vector<Typed> both = {std::move(left), std::move(right)};
  for (auto& one : both) as_number(one);
  SB_CHECK(unify(both));
  if (sign == "%" && both[0].kind == Kind::real) return wrong("% is for whole numbers");
  made.kind = both[0].kind;
  made.sql = sign == "/" || sign == "%"
                 ? fmt::format("({} {} NULLIF({}, 0))", both[0].sql, sign, both[1].sql)
                 : fmt::format("({} {} {})", both[0].sql, sign, both[1].sql);
  return made;
}

Result<Typed> Compiler::compared(const std::string& sign, Typed left, Typed right) {
  Typed made;
  about(made, left);
  about(made, right);
  made.kind = Kind::condition;
  std::vector<Typed> both = {std::move(left), std::move(right)};
  SB_CHECK(unify(both));
  made.sql = fmt::format("{} {} {}", both[0].sql, sign, both[1].sql);
  return made;
}

Result<Typed> Compiler::operation(const Expression& wanted, const Scope& scope) {
  Typed made;
  made.kind = Kind::condition;
  if (wanted.name == "and" || wanted.name == "or") {
    for (const auto& argument : wanted.arguments) {
      SB_TRY(part, condition(argument, scope, &made));
      made.sql += fmt::format("{}({})",
                              made.sql.empty()       ? ""
                              : wanted.name == "and" ? " AND "
                                                     : " OR ",
                              part);
    }
    return made;
  }
  if (wanted.name == "not") {
    SB_TRY(part, condition(wanted.arguments[0], scope, &made));
    made.sql = fmt::format("NOT ({})", part);
    return made;
  }
  SB_TRY(left, value(wanted.arguments[0], scope));
  if (wanted.name == "negate") {
    as_number(left);
    if (!is_number(left.kind)) return wrong("a minus stands before numbers");
    left.sql = fmt::format("(- {})", left.sql);
    return std::move(left);
  }
  SB_TRY(right, value(wanted.arguments[1], scope));
  const bool sum = wanted.name.size() == 1 && std::string_view("+-*/%").contains(wanted.name[0]);
  if (sum) return arithmetic(wanted.name, std::move(left), std::move(right));
  return compared(wanted.name, std::move(left), std::move(right));
}

Result<Typed> Compiler::logic(const Expression& wanted, const Scope& scope) {
  Typed made;
  made.kind = Kind::condition;
  if (wanted.kind == Expression::Kind::exists) {
    SB_TRY(inner, query(*wanted.query, &scope, false));
    made.sql = fmt::format("EXISTS ({})", inner.sql);
    return made;
  }
  SB_TRY(tested, value(wanted.arguments[0], scope));
  about(made, tested);
  made.sql = fmt::format("{} IS {}NULL", tested.sql, wanted.negated ? "NOT " : "");
  return made;
}

Result<Typed> Compiler::contained(const Expression& wanted, const Scope& scope) {
  Typed made;
  made.kind = Kind::condition;
  const auto* no = wanted.negated ? "NOT " : "";
  std::vector<Typed> values;
  for (const auto& argument : wanted.arguments) {
    SB_TRY(one, value(argument, scope));
    about(made, one);
    values.push_back(std::move(one));
  }
  if (wanted.query) {
    SB_TRY(inner, query(*wanted.query, &scope, false));
    if (inner.columns.size() != 1) return wrong("a query after IN has one column");
    const auto& offered = inner.columns[0];
    auto name = "i" + std::to_string(++tables_);
    Typed item;
    item.sql = name + "." + offered.sql;
    item.kind = offered.kind;
    item.scale = offered.scale;
    item.record_prefix = offered.record_prefix;
    values.push_back(std::move(item));
    SB_CHECK(unify(values));
    made.sql = fmt::format("{} {}IN (SELECT {} FROM ({}) AS {})", values[0].sql, no, values[1].sql,
                           inner.sql, name);
    return made;
  }
  SB_CHECK(unify(values));
  if (wanted.kind == Expression::Kind::between) {
    made.sql =
        fmt::format("{} {}BETWEEN {} AND {}", values[0].sql, no, values[1].sql, values[2].sql);
    return made;
  }
  std::string list;
  for (std::size_t i = 1; i < values.size(); ++i)
    list += (list.empty() ? "" : ", ") + values[i].sql;
  made.sql = fmt::format("{} {}IN ({})", values[0].sql, no, list);
  return made;
}

Result<Typed> Compiler::like(const Expression& wanted, const Scope& scope) {
  SB_TRY(left, value(wanted.arguments[0], scope));
  SB_TRY(pattern, value(wanted.arguments[1], scope));
  if (!pattern.literal || pattern.literal->contains('['))
    return wrong("after LIKE stands a text, with % and _ in it");
  if (left.kind != Kind::text && left.kind != Kind::record) return wrong("LIKE is for texts");
  SB_CHECK(as_text(left));
  Typed made;
  made.kind = Kind::condition;
  about(made, left);
  params_.back() = like_pattern(*pattern.literal);
  const auto* collation = context_.postgresql ? " COLLATE \"C\"" : "";
  made.sql = fmt::format("LOWER({}{}) {}LIKE LOWER({}{}) ESCAPE '\\'", left.sql, collation,
                         wanted.negated ? "NOT " : "", pattern.sql, collation);
  return made;
}

Result<Typed> Compiler::choice(const Expression& wanted, const Scope& scope) {
  Typed made;
  std::vector<std::string> conditions;
  std::vector<Typed> values;
  for (std::size_t i = 0; i < wanted.arguments.size(); ++i) {
    const bool last = wanted.has_else && i + 1 == wanted.arguments.size();
    if (i % 2 == 0 && !last) {
      SB_TRY(when, condition(wanted.arguments[i], scope, &made));
      conditions.push_back(std::move(when));
      continue;
    }
    SB_TRY(then, value(wanted.arguments[i], scope));
    about(made, then);
    values.push_back(std::move(then));
  }
  SB_CHECK(unify(values));
  made.kind = values[0].kind;
  made.scale = values[0].scale;
  made.record_prefix = values[0].record_prefix;
  made.sql = "CASE";
  for (std::size_t i = 0; i < conditions.size(); ++i)
    made.sql += fmt::format(" WHEN {} THEN {}", conditions[i], values[i].sql);
  if (wanted.has_else) made.sql += " ELSE " + values.back().sql;
  made.sql = "(" + made.sql + " END)";
  return made;
}

Result<Typed> Compiler::cast(const Expression& wanted, const Scope& scope) {
  SB_TRY(found, value(wanted.arguments[0], scope));
  const auto& type = wanted.name;
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, type) != names.end();
  };
  if (is({"varchar", "nvarchar", "char", "nchar", "text"})) {
    SB_CHECK(as_text(found));
    found.literal.reset();
    return std::move(found);
  }
  if (is({"date", "datetime", "datetime2", "smalldatetime"})) {
    Typed like_date;
    like_date.kind = Kind::date;
    adopt(found, like_date, params_);
    if (found.kind != Kind::date)
      return wrong("only dates, and texts that are one, are cast to a date");
    if (type == "date") found.sql = fmt::format("(({} / 86400000) * 86400000)", found.sql);
    return std::move(found);
  }
  Typed like_number;
  like_number.kind = Kind::whole;
  adopt(found, like_number, params_);
  if (!is_number(found.kind)) return wrong("only numbers are cast to a number");
  as_number(found);
  if (is({"int", "bigint", "smallint", "tinyint", "bit"})) {
    if (found.kind == Kind::real)  // SQLite cuts a fraction off, PostgreSQL would round
      found.sql = fmt::format(
          fmt::runtime(context_.postgresql ? "CAST(TRUNC({}) AS BIGINT)" : "CAST({} AS BIGINT)"),
          found.sql);
    found.kind = Kind::whole;
  } else if (is({"float", "real", "decimal", "numeric", "money"})) {
    found.sql = fmt::format("CAST({} AS DOUBLE PRECISION)", found.sql);
    found.kind = Kind::real;
  } else {
    return wrong("the types are varchar, int, bigint, bit, float, decimal, date and datetime");
  }
  return std::move(found);
}

Result<Typed> Compiler::numbered(const Expression& wanted, const Scope& scope) {
  Typed made;
  made.kind = Kind::whole;
  std::string partition, order;
  for (const auto& argument : wanted.arguments) {
    SB_TRY(one, value(argument, scope));
    about(made, one);
    partition += (partition.empty() ? "PARTITION BY " : ", ") + one.sql;
  }
  for (const auto& [by, descending] : wanted.orders) {
    SB_TRY(one, value(by, scope));
    about(made, one);
    order += fmt::format("{}{} {}", order.empty() ? "" : ", ", one.sql,
                         descending ? "DESC NULLS LAST" : "ASC NULLS FIRST");
  }
  made.sql = fmt::format("ROW_NUMBER() OVER ({}{}ORDER BY {})", partition,
                         partition.empty() ? "" : " ", order);
  return made;
}

}  // namespace stockbell::engagement::queries
