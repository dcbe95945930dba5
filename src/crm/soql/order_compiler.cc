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

namespace {

// SQLite takes the ids' own order to be cheaper than a stretch of time in an index, whatever the
// stretch; a plus sign keeps it from that. Not so when something is asked for by its value.
bool sorts_a_stretch(const Scope& scope, const Condition& where) {
  const auto compares = [&](const Condition& part, bool by_value) {
    if (part.kind != Condition::Kind::comparison || part.operand.path.names.size() != 1)
      return false;
    const auto* field = scope.object().find_field(part.operand.path.names.front());
    if (!field || field->column.empty() || part.comparison == Comparison::not_equal ||
        part.comparison == Comparison::not_in || part.comparison == Comparison::like)
      return false;
    const bool equal = part.comparison == Comparison::in ||
                       (part.comparison == Comparison::equal &&
                        part.literals.front().kind != Literal::Kind::relative);
    return by_value ? equal : !equal && field->type == objects::FieldType::date_time;
  };
  const auto any = [&](bool by_value) {
    if (where.kind != Condition::Kind::all) return compares(where, by_value);
    return std::ranges::any_of(where.parts,
                               [&](const auto& part) { return compares(part, by_value); });
  };
  return any(false) && !any(true);
}

}  // namespace

Result<std::string> order_by(Scope& scope, const Query& query) {
  std::string sql;
  for (const auto& item : query.order_by) {
    SB_TRY(term, plain_term(scope, item.operand));
    sql += order_of(term, item, scope.context().postgresql) + ", ";
  }
  const bool plus = !scope.context().postgresql && query.order_by.empty() && query.where &&
                    sorts_a_stretch(scope, *query.where);
  return fmt::format("{}{}{}.id", sql, plus ? "+" : "", scope.table());
}

}  // namespace stockbell::crm::soql
