#include "crm/soql/aggregate_compiler.h"

#include "crm/soql/compiler.h"
#include "crm/soql/diagnostics.h"
#include "crm/soql/order_compiler.h"

namespace stockbell::crm::soql {
namespace {

using objects::FieldType;

class AggregateCompiler {
 public:
  AggregateCompiler(Scope& scope, const Query& query, Parameters& params, int& tables)
      : scope_(scope), query_(query), params_(params), tables_(tables) {}

  Result<Plan> run(const std::string& where) {
    for (const auto& path : query_.group_by) {
      SB_TRY(column, scope_.resolve(path));
      if (column.field->type == FieldType::text_area)
        return refuse(path.at, fmt::format("field '{}' can not be grouped in a query call",
                                           column.field->name));
      groups_.push_back(grouped(column));
    }
    SB_TRY(columns, select());
    std::string tail;
    if (!groups_.empty()) {
      tail += " GROUP BY ";
      for (const auto& group : groups_) tail += (&group == groups_.data() ? "" : ", ") + group.sql;
    }
    if (query_.having) {
      ConditionCompiler conditions(
          scope_.context(), params_, tables_,
          [this](const Operand& operand) -> Result<Term> { return term(operand); });
      SB_TRY(having, conditions.compile(*query_.having));
      tail += " HAVING " + having;
    }
    SB_TRY(order, order_by_groups());
    tail += order;
    tail +=
        " LIMIT " + params_.add(std::min(query_.limit.value_or(INT64_MAX), kMaxAggregateRows + 1));
    if (query_.offset) tail += " OFFSET " + params_.add(*query_.offset);
    plan_.kind = PlanKind::aggregate;
    plan_.object = &scope_.object();
    plan_.aggregate = {
        fmt::format("SELECT {} FROM {}{}{}", fmt::join(columns, ", "), scope_.from(), where, tail),
        params_.values()};
    return std::move(plan_);
  }

 private:
  std::unexpected<Error> refuse(Offset at, std::string_view what) const {
    return malformed(scope_.context().query, at, what);
  }

  // One value for "nothing", whether it is stored or comes of a missing parent.
  static Term grouped(const Column& column) {
    auto term = term_of(column);
    if (term.nullable && is_empty_when_null(term.type)) {
      term.sql = fmt::format("COALESCE({}, '')", term.sql);
      term.nullable = false;
    }
    return term;
  }

  Result<Term> term(const Operand& operand) {
    if (operand.function != Function::none) return aggregate(operand);
    SB_TRY(column, scope_.resolve(operand.path));
    auto made = grouped(column);
    if (std::ranges::none_of(groups_, [&](const Term& group) { return group.sql == made.sql; }))
      return refuse(operand.at, fmt::format("Field must be grouped or aggregated: {}", made.name));
    return made;
  }

  Result<Term> aggregate(const Operand& operand) {
    Term made;
    made.nullable = false;
    if (operand.path.names.empty()) {
      made.sql = "COUNT(*)";
      made.name = "COUNT";
      return made;
    }
    SB_TRY(column, scope_.resolve(operand.path));
    const auto argument = term_of(column);
    const bool number = argument.type == FieldType::integer || argument.type == FieldType::number;
    const auto value = is_empty_when_null(argument.type)
                           ? fmt::format("NULLIF({}, '')", argument.sql)
                           : argument.sql;
    made.name = argument.name;
    const auto unfit = [&](std::string_view name) {
      return refuse(operand.at, fmt::format("field {} does not support aggregate operator {}",
                                            argument.name, name));
    };
    switch (operand.function) {
      case Function::count:
        made.sql = fmt::format("COUNT({})", value);
        return made;
      case Function::count_distinct:
        made.sql = fmt::format("COUNT(DISTINCT {})", value);
        return made;
      case Function::min:
      case Function::max: {
        const std::string_view name = operand.function == Function::min ? "MIN" : "MAX";
        if (argument.type == FieldType::checkbox || argument.type == FieldType::text_area)
          return unfit(name);
        auto extreme = argument;
        extreme.sql = fmt::format("{}({})", name, value);
        extreme.nullable = true;
        return extreme;
      }
      case Function::sum:
        if (!number) return unfit("SUM");
        // As a real number: the sum of whole ones could leave 64 bits.
        made.sql = fmt::format("SUM(CAST({} AS DOUBLE PRECISION))", value);
        break;
      case Function::avg:
      case Function::none:
        if (!number) return unfit("AVG");
        made.sql = fmt::format("AVG(CAST({} AS DOUBLE PRECISION))", value);
        break;
    }
    made.type = FieldType::number;
    made.nullable = true;
    return made;
  }

  Result<std::vector<std::string>> select() {
    std::vector<std::string> columns;
    int unnamed = 0;
    for (const auto& item : query_.select) {
      if (item.kind != SelectItem::Kind::field && item.kind != SelectItem::Kind::aggregate)
        return refuse(item.at, "a query with aggregates selects fields and aggregates only");
      if (item.kind == SelectItem::Kind::aggregate && item.operand.path.names.empty())
        return refuse(item.at, "COUNT() must be the only element in the SELECT list");
      SB_TRY(made, term(item.operand));
      auto name = !item.alias.empty()                        ? item.alias
                  : item.kind == SelectItem::Kind::aggregate ? fmt::format("expr{}", unnamed++)
                                                             : made.name;
      for (const auto& known : plan_.columns)
        if (objects::same_name(known.name, name))
          return refuse(item.at, fmt::format("duplicate alias: {}", name));
      plan_.columns.push_back(
          {std::move(name), scope_.context().schema.find(made.reference_to), made.field});
      columns.push_back(made.sql);
    }
    return columns;
  }

  // Ties by the groups, so that the answer to the same question is the same.
  Result<std::string> order_by_groups() {
    std::vector<std::string> parts;
    for (const auto& item : query_.order_by) {
      SB_TRY(made, term(item.operand));
      parts.push_back(order_of(made, item, scope_.context().postgresql));
    }
    for (const auto& group : groups_)
      parts.push_back(order_of(group, OrderItem{}, scope_.context().postgresql));
    return parts.empty() ? std::string() : fmt::format(" ORDER BY {}", fmt::join(parts, ", "));
  }

  Scope& scope_;
  const Query& query_;
  Parameters& params_;
  int& tables_;
  std::vector<Term> groups_;
  Plan plan_;
};

}  // namespace

Result<Plan> compile_aggregate(Scope& scope, const Query& query, const std::string& where,
                               Parameters& params, int& tables) {
  return AggregateCompiler(scope, query, params, tables).run(where);
}

}  // namespace stockbell::crm::soql
