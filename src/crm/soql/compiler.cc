#include "crm/soql/compiler.h"

#include "crm/soql/aggregate_compiler.h"
#include "crm/soql/condition_compiler.h"
#include "crm/soql/diagnostics.h"
#include "crm/soql/order_compiler.h"
#include "crm/soql/query_service.h"
#include "crm/soql/row_plan.h"

namespace stockbell::crm::soql {
namespace {

using objects::Object;

constexpr std::int64_t kMaxFieldsLimit = 200;

bool is_fields(const SelectItem& item) {
  return item.kind == SelectItem::Kind::fields_all ||
         item.kind == SelectItem::Kind::fields_standard ||
         item.kind == SelectItem::Kind::fields_custom;
}

Result<> check_select(const Context& context, const Query& query, bool child) {
  for (const auto& item : query.select) {
    if (!item.alias.empty())
      return malformed(context.query, item.at, "only aggregate expressions use field aliasing");
    if (item.kind == SelectItem::Kind::aggregate)
      return malformed(context.query, item.at, "a child subquery takes no aggregate function");
    if (item.kind == SelectItem::Kind::subquery && child)
      return malformed(context.query, item.at, "a child subquery holds no further one");
    if (is_fields(item) && item.kind != SelectItem::Kind::fields_standard &&
        (!query.limit || *query.limit > kMaxFieldsLimit))
      return malformed(context.query, item.at,
                       "The SOQL FIELDS function must have a LIMIT of at most 200");
  }
  if (query.having)
    return malformed(context.query, query.having->at, "HAVING stands behind GROUP BY only");
  return {};
}

// The conditions of a statement over `scope`: which rows are alive, and WHERE.
Result<std::vector<std::string>> conditions_of(Scope& scope, const Query& query, Parameters& params,
                                               int& tables) {
  std::vector<std::string> conditions;
  if (!scope.context().all_rows)
    conditions.push_back(fmt::format("{}.is_deleted = 0", scope.table()));
  if (query.where) {
    ConditionCompiler compiler(
        scope.context(), params, tables,
        [&](const Operand& operand) -> Result<Term> { return plain_term(scope, operand); });
    SB_TRY(where, compiler.compile(*query.where));
    conditions.push_back(std::move(where));
  }
  return conditions;
}

std::string where_clause(const std::vector<std::string>& conditions) {
  return conditions.empty() ? "" : fmt::format(" WHERE {}", fmt::join(conditions, " AND "));
}

Result<Sql> membership(const Context& context, const Object& object, const Query& query) {
  Scope scope(context, object, query.alias, "t");
  Parameters params(context.postgresql);
  int tables = 0;
  SB_TRY(conditions, conditions_of(scope, query, params, tables));
  SB_TRY(order, order_by(scope, query));
  const auto limit = std::min(query.limit.value_or(INT64_MAX), QueryService::kMaxCursorRows + 1);
  auto tail = fmt::format(" LIMIT {}", params.add(limit));
  if (query.offset) tail += fmt::format(" OFFSET {}", params.add(*query.offset));
  return Sql{fmt::format("SELECT t.id FROM {}{} ORDER BY {}{}", scope.from(),
                         where_clause(conditions), order, tail),
             params.values()};
}

Result<Sql> by_id(const Context& context, const Object& object, const Query& query, bool scan) {
  Scope scope(context, object, query.alias, "t");
  Parameters params(context.postgresql);
  int tables = 0;
  SB_TRY(conditions, conditions_of(scope, query, params, tables));
  // IS TRUE hides the conditions from the choice of an index.
  if (scan)
    for (auto& condition : conditions) condition = fmt::format("(({}) IS TRUE)", condition);
  SB_TRY(order, order_by(scope, query));
  conditions.push_back(fmt::format("t.id > {}", params.add(std::int64_t{0})));
  const auto limit = params.add(std::int64_t{0});
  return Sql{fmt::format("SELECT t.id FROM {}{} ORDER BY {} LIMIT {}", scope.from(),
                         where_clause(conditions), scan ? "t.id" : order, limit),
             params.values()};
}

Result<Plan> count_plan(const Context& context, const Object& object, const Query& query) {
  Scope scope(context, object, query.alias, "t");
  Parameters params(context.postgresql);
  int tables = 0;
  SB_TRY(conditions, conditions_of(scope, query, params, tables));
  Plan plan;
  plan.kind = PlanKind::count;
  plan.object = &object;
  auto rows = fmt::format("FROM {}{}", scope.from(), where_clause(conditions));
  if (query.limit || query.offset) {
    rows = fmt::format("FROM (SELECT 1 {} LIMIT {}", rows,
                       params.add(query.limit.value_or(INT64_MAX)));
    if (query.offset) rows += fmt::format(" OFFSET {}", params.add(*query.offset));
    rows += ") counted";
  }
  plan.membership = {"SELECT COUNT(*) " + rows, params.values()};
  return plan;
}

Result<RowPlan> row_plan(const Context& context, const Object& object, const Query& query) {
  RowPlanBuilder rows(context, object, query.alias);
  int children = 0;
  for (const auto& item : query.select) {
    if (item.kind == SelectItem::Kind::field)
      SB_CHECK(rows.add(item.operand.path));
    else if (item.kind == SelectItem::Kind::subquery)
      SB_CHECK(rows.add_child(object.find_child(item.subquery->from)->name, children++, item.at));
    else
      SB_CHECK(rows.add_all(item.kind, item.at));
  }
  return std::move(rows).build();
}

Result<ChildPlan> child_plan(const Context& context, const Object& parent, const Query& query) {
  const auto* relationship = parent.find_child(query.from);
  const auto* object = relationship ? context.schema.find(relationship->object) : nullptr;
  if (!object)
    return point_at(
        context.query, query.from_at, "INVALID_TYPE",
        fmt::format("Didn't understand relationship '{}' in FROM part of query call. If you are "
                    "attempting to use a custom relationship, be sure to append the '__r' after "
                    "the custom relationship name. Please reference your WSDL or the describe call "
                    "for the appropriate names.",
                    query.from));
  SB_CHECK(check_select(context, query, true));
  if (!query.group_by.empty() || query.offset)
    return malformed(context.query, query.from_at,
                     "a child subquery takes neither GROUP BY nor OFFSET");
  ChildPlan plan;
  plan.limit = query.limit.value_or(INT64_MAX);
  SB_TRY(rows, row_plan(context, *object, query));
  plan.rows = std::move(rows);

  Scope scope(context, *object, query.alias, "t");
  const auto owner = scope.column(*object->find_field(relationship->field)).sql;
  Parameters counting(context.postgresql), listing(context.postgresql);
  int tables = 0;
  const auto of_parents = among_ids(owner, counting.reserve(), context.postgresql);
  SB_TRY(counted, conditions_of(scope, query, counting, tables));
  counted.insert(counted.begin(), of_parents);
  plan.counts = {fmt::format("SELECT {}, COUNT(*) FROM {}{} GROUP BY {}", owner, scope.from(),
                             where_clause(counted), owner),
                 counting.values()};

  static_cast<void>(listing.reserve());  // the parents again
  const auto most = listing.add(std::int64_t{0});
  SB_TRY(listed, conditions_of(scope, query, listing, tables));
  listed.insert(listed.begin(), of_parents);
  SB_TRY(order, order_by(scope, query));
  plan.ids = {fmt::format("SELECT parent, child FROM (SELECT {} AS parent, t.id AS child, "
                          "row_number() OVER (PARTITION BY {} ORDER BY {}) AS place FROM {}{}) q "
                          "WHERE place <= {} ORDER BY parent, place",
                          owner, owner, order, scope.from(), where_clause(listed), most),
              listing.values()};
  return plan;
}

// A store's own parser has a stack; what fits into it is more than a person writes.
bool too_deep(const Sql& sql) {
  constexpr int kMostParentheses = 24;
  int depth = 0;
  return std::ranges::any_of(sql.text, [&](char c) {
    depth += (c == '(') - (c == ')');
    return depth > kMostParentheses;
  });
}

Result<Plan> simple(Plan plan) {
  bool deep = too_deep(plan.membership) || too_deep(plan.scan_by_id) || too_deep(plan.aggregate);
  for (const auto& child : plan.children) deep = deep || too_deep(child.ids);
  if (!deep) return plan;
  return fail(ErrorCode::invalid, "QUERY_TOO_COMPLICATED",
              "Query is either selecting too many fields or the filter conditions are too "
              "complicated.");
}

Result<Plan> row_query(const Context& context, const Object& object, const Query& query) {
  SB_CHECK(check_select(context, query, false));
  Plan plan;
  plan.object = &object;
  plan.all_rows = context.all_rows;
  plan.sorted = !query.order_by.empty() || query.offset;
  plan.limit = query.limit.value_or(INT64_MAX);
  for (const auto& item : query.select) {
    if (item.kind != SelectItem::Kind::subquery) continue;
    SB_TRY(child, child_plan(context, object, *item.subquery));
    plan.children.push_back(std::move(child));
  }
  SB_TRY(rows, row_plan(context, object, query));
  plan.rows = std::move(rows);
  SB_TRY(members, membership(context, object, query));
  plan.membership = std::move(members);
  SB_TRY(stretch, by_id(context, object, query, false));
  plan.by_id = std::move(stretch);
  SB_TRY(scan, by_id(context, object, query, true));
  plan.scan_by_id = std::move(scan);
  return plan;
}

Result<Plan> aggregate_query(const Context& context, const Object& object, const Query& query) {
  Scope scope(context, object, query.alias, "t");
  Parameters params(context.postgresql);
  int tables = 0;
  SB_TRY(conditions, conditions_of(scope, query, params, tables));
  return compile_aggregate(scope, query, where_clause(conditions), params, tables);
}

bool is_plain_count(const Query& query) {
  const auto& first = query.select.front();
  return query.select.size() == 1 && first.kind == SelectItem::Kind::aggregate &&
         first.operand.path.names.empty() && first.alias.empty() && query.group_by.empty() &&
         !query.having && query.order_by.empty();
}

}  // namespace

Result<Plan> compile(const Context& asked, const Query& query) {
  Context context = asked;
  context.all_rows = asked.all_rows || query.all_rows;
  const auto* object = context.schema.find(query.from);
  if (!object) return no_object(context, query);
  const bool aggregates =
      !query.group_by.empty() || std::ranges::any_of(query.select, [](const auto& item) {
        return item.kind == SelectItem::Kind::aggregate;
      });
  SB_TRY(plan, is_plain_count(query) ? count_plan(context, *object, query)
               : aggregates          ? aggregate_query(context, *object, query)
                                     : row_query(context, *object, query));
  return simple(std::move(plan));
}

Result<RowPlan> compile_rows(const Context& context, const Object& object,
                             std::span<const Path> paths) {
  RowPlanBuilder rows(context, object, {});
  for (const auto& path : paths) SB_CHECK(rows.add(path));
  if (paths.empty()) SB_CHECK(rows.add_all(SelectItem::Kind::fields_all, 0));
  return std::move(rows).build();
}

}  // namespace stockbell::crm::soql
