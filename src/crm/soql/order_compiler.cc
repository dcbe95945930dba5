#include "crm/soql/order_compiler.h"

namespace stockbell::crm::soql {
namespace {

bool always_there(const Term& term) {
  if (!term.field || !term.nullable) return !term.nullable;
  static constexpr std::string_view kStamps[] = {"CreatedDate", "LastModifiedDate",
                                                 "SystemModstamp"};
  return !term.field->column.empty() && std::ranges::count(kStamps, term.field->name) > 0;
}

}  // namespace

std::string order_of(const Term& term, const OrderItem& item, bool postgresql) {
  const std::string_view direction = item.descending ? "DESC" : "ASC";
  const bool first = item.nulls_first.value_or(!item.descending);
  const bool natural = first != item.descending;  // nulls are the least: '' is, and SQLite's NULL
  if (!is_empty_when_null(term.type)) {
    // PostgreSQL's NULL is the greatest, and naming the place keeps it from using an index.
    const bool named = !always_there(term) && (postgresql || !natural);
    return fmt::format("{} {}{}", term.sql, direction,
                       !named  ? ""
                       : first ? " NULLS FIRST"
                               : " NULLS LAST");
  }
  auto sql = term.nullable ? fmt::format("COALESCE({}, '')", term.sql) : term.sql;
  if (is_text(term.type) && !(term.field && term.field->case_sensitive))
    sql = postgresql ? fmt::format("lower({})", sql) : fmt::format("{} COLLATE NOCASE", sql);
  if (natural) return fmt::format("{} {}", sql, direction);
  return fmt::format("CASE WHEN {} THEN {} ELSE {} END, {} {}", null_test(term), first ? 0 : 1,
                     first ? 1 : 0, sql, direction);
}

Result<std::string> order_by(Scope& scope, const Query& query) {
  std::string sql;
  for (const auto& item : query.order_by) {
    SB_TRY(term, plain_term(scope, item.operand));
    sql += order_of(term, item, scope.context().postgresql) + ", ";
  }
  return sql + scope.table() + ".id";
}

}  // namespace stockbell::crm::soql
