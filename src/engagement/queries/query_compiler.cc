#include "engagement/queries/compiler.h"

namespace stockbell::engagement::queries {
namespace {

ColumnType type_of(Kind kind) {
  switch (kind) {
    case Kind::whole:
    case Kind::real:
    case Kind::decimal:
      return ColumnType::decimal;
    case Kind::truth:
      return ColumnType::boolean;
    case Kind::date:
      return ColumnType::date;
    default:
      return ColumnType::text;
  }
}

Offered offered_as(std::string name, std::string sql, const Typed& value) {
  return {std::move(name), std::move(sql), value.kind, value.scale, value.record_prefix};
}

}  // namespace

Result<Compiled> compile(const CompileContext& context, const Query& query) {
  Compiler compiler(context);
  SB_TRY(table, compiler.query(query, nullptr, true));
  Compiled compiled;
  compiled.sql = std::move(table.sql);
  compiled.params = compiler.take_params();
  for (const auto& offered : table.columns) {
    Column column;
    column.name = offered.name;
    column.type = type_of(offered.kind);
    column.length = column.type == ColumnType::decimal ? 19 : INT32_MAX;
    column.scale = offered.scale;
    column.record_prefix = offered.record_prefix;
    compiled.columns.push_back(std::move(column));
  }
  return compiled;
}

Result<Scope::Named> Compiler::source(const Source& wanted, const Scope* outer, std::string& sql) {
  Scope::Named named;
  named.alias = wanted.alias;
  const auto name = "t" + std::to_string(++tables_);
  if (wanted.query) {
    SB_TRY(table, query(*wanted.query, outer, true));
    sql += fmt::format("({}) AS {}", table.sql, name);
    named.columns = std::move(table.columns);
    for (auto& column : named.columns) column.sql = name + "." + column.sql;
    return named;
  }
  SB_TRY(extension, context_.find(wanted.name));
  if (!extension) return wrong("there is no data extension " + wanted.name + " here");
  sql += fmt::format("{} AS {}", extension->source, name);
  for (std::size_t i = 0; i < extension->columns.size(); ++i) {
    const auto& column = extension->columns[i];
    named.columns.push_back({column.name, name + "." + column_sql(i), kind_of(column), column.scale,
                             column.record_prefix});
  }
  return named;
}

Result<std::string> Compiler::sources(const Select& wanted, Scope& scope) {
  std::string sql;
  for (const auto& one : wanted.sources) {
    for (const auto& known : scope.sources)
      if (fold_name(known.alias) == fold_name(one.alias))
        return wrong("two sources have the name " + one.alias);
    if (!sql.empty()) sql += one.left ? " LEFT JOIN " : " JOIN ";
    // A query in brackets sees what is outside of this one, not what stands beside it.
    SB_TRY(named, source(one, scope.outer, sql));
    scope.sources.push_back(std::move(named));
    if (!one.on) continue;
    Typed of;
    SB_TRY(on, condition(*one.on, scope, &of));
    if (of.aggregates) return wrong("an aggregate has no place in ON");
    sql += " ON " + on;
  }
  return sql;
}

Result<> Compiler::item(const Item& wanted, bool named, Part& part, std::string& sql) {
  SB_TRY(found, value(wanted.value, part.scope));
  if (found.kind == Kind::null) {
    found.kind = Kind::text;
    found.sql = "CAST(NULL AS TEXT)";
  }
  found.literal.reset();
  auto name = wanted.alias;
  if (name.empty() && wanted.value.kind == Expression::Kind::column) name = wanted.value.name;
  if (named) {
    if (name.empty()) return wrong("a column that is computed needs a name: ... AS name");
    for (const auto& known : part.columns)
      if (fold_name(known.name) == fold_name(name))
        return wrong("two columns have the name " + name);
  }
  const auto own = "o_" + std::to_string(part.columns.size() + 1);
  sql += fmt::format("{}{} AS {}", part.columns.empty() ? "" : ", ", found.sql, own);
  part.columns.push_back(offered_as(std::move(name), own, found));
  part.values.push_back(std::move(found));
  return {};
}

Result<> Compiler::check_groups(const Part& part) const {
  if (!part.grouped) return {};
  for (std::size_t i = 0; i < part.values.size(); ++i)
    for (const auto& loose : part.values[i].loose)
      if (!part.groups.contains(loose))
        return wrong(fmt::format(
            "the column {} is neither grouped by nor within an aggregate",
            part.columns[i].name.empty() ? std::to_string(i + 1) : part.columns[i].name));
  return {};
}

Result<Compiler::Part> Compiler::select(const Select& wanted, const Scope* outer, bool named) {
  Part part;
  part.scope.outer = outer;
  SB_TRY(from, sources(wanted, part.scope));
  std::string items;
  for (const auto& one : wanted.items) SB_CHECK(item(one, named, part, items));
  part.sql = fmt::format("SELECT {}{} FROM {}", wanted.distinct ? "DISTINCT " : "", items, from);
  if (wanted.where) {
    Typed of;
    SB_TRY(where, condition(*wanted.where, part.scope, &of));
    if (of.aggregates) return wrong("an aggregate stands in HAVING, not in WHERE");
    part.sql += " WHERE " + where;
  }
  std::string groups;
  for (const auto& group : wanted.groups) {
    if (group.kind != Expression::Kind::column)
      return wrong("rows are grouped by columns; compute in a query in brackets");
    SB_TRY(found, value(group, part.scope));
    groups += (groups.empty() ? "" : ", ") + found.sql;
    part.groups.insert(found.sql);
  }
  if (!groups.empty()) part.sql += " GROUP BY " + groups;
  part.grouped = !groups.empty() || std::ranges::any_of(part.values, &Typed::aggregates);
  if (wanted.having) {
    if (!part.grouped) return wrong("HAVING needs GROUP BY");
    Typed of;
    SB_TRY(having, condition(*wanted.having, part.scope, &of));
    for (const auto& loose : of.loose)
      if (!part.groups.contains(loose))
        return wrong("a column in HAVING is neither grouped by nor within an aggregate");
    part.sql += " HAVING " + having;
  }
  SB_CHECK(check_groups(part));
  return part;
}

Result<std::string> Compiler::orders(const std::vector<Expression::Order>& wanted, const Part& part,
                                     bool distinct) {
  std::string sql;
  for (const auto& [by, descending] : wanted) {
    std::string key;
    for (const auto& column : part.columns)
      if (by.kind == Expression::Kind::column && by.qualifier.empty() &&
          fold_name(column.name) == fold_name(by.name))
        key = column.sql;
    if (key.empty()) {
      if (distinct) return wrong("with DISTINCT rows are ordered by the columns that are selected");
      SB_TRY(found, value(by, part.scope));
      for (const auto& loose : found.loose)
        if (part.grouped && !part.groups.contains(loose))
          return wrong("a column in ORDER BY is neither grouped by nor within an aggregate");
      if (by.kind == Expression::Kind::number || by.kind == Expression::Kind::text)
        return wrong("rows are ordered by columns");
      key = found.sql;
    }
    sql += fmt::format("{}{} {}", sql.empty() ? " ORDER BY " : ", ", key,
                       descending ? "DESC NULLS LAST" : "ASC NULLS FIRST");
  }
  return sql;
}

// The columns of a UNION are those of its first query; the others are brought to their types.
Result<Compiler::Table> Compiler::unite(const Query& wanted, std::vector<Part> parts) {
  const auto count = parts[0].columns.size();
  std::vector<std::string> lists(parts.size());
  Table table;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].columns.size() != count)
      return wrong("the queries of a UNION have as many columns each");
    names.push_back("u" + std::to_string(++tables_));
  }
  for (std::size_t column = 0; column < count; ++column) {
    std::vector<Typed> values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto value = parts[i].values[column];
      value.sql = names[i] + "." + parts[i].columns[column].sql;
      values.push_back(std::move(value));
    }
    SB_CHECK(unify(values));
    const auto own = "o_" + std::to_string(column + 1);
    for (std::size_t i = 0; i < parts.size(); ++i)
      lists[i] += fmt::format("{}{} AS {}", lists[i].empty() ? "" : ", ", values[i].sql, own);
    table.columns.push_back(offered_as(parts[0].columns[column].name, own, values[0]));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) table.sql += wanted.all[i - 1] ? " UNION ALL " : " UNION ";
    table.sql += fmt::format("SELECT {} FROM ({}) AS {}", lists[i], parts[i].sql, names[i]);
  }
  return table;
}

Result<Compiler::Table> Compiler::query(const Query& wanted, const Scope* outer, bool named) {
  std::vector<Part> parts;
  for (const auto& one : wanted.selects) {
    SB_TRY(part, select(one, outer, named && parts.empty()));
    if (one.top) {
      SB_TRY(order, orders(wanted.orders, part, one.distinct));
      part.sql += order + fmt::format(" LIMIT {}", *one.top);
    }
    parts.push_back(std::move(part));
  }
  if (parts.size() > 1) return unite(wanted, std::move(parts));
  return Table{std::move(parts[0].sql), std::move(parts[0].columns)};
}

}  // namespace stockbell::engagement::queries
