#include "crm/soql/condition_compiler.h"

#include "base/id.h"
#include "crm/soql/date_literals.h"
#include "crm/soql/diagnostics.h"

namespace stockbell::crm::soql {
namespace {

using objects::FieldType;
using Kind = Literal::Kind;

constexpr std::size_t kMaxPattern = 4000;
constexpr int kMaxSemiJoins = 3;

std::string_view sign_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return "<";
    case Comparison::less_equal:
      return "<=";
    case Comparison::greater:
      return ">";
    case Comparison::greater_equal:
      return ">=";
    default:
      return "=";
  }
}

bool is_null_literal(const Term& term, const Literal& literal) {
  return literal.kind == Kind::null ||
         (literal.kind == Kind::text && literal.text.empty() &&
          (is_text(term.type) || term.type == FieldType::id || term.type == FieldType::reference));
}

std::string not_true(const std::string& sql) { return fmt::format("({}) IS NOT TRUE", sql); }

bool folds(const Term& term) {
  return term.type != FieldType::picklist && !(term.field && term.field->case_sensitive);
}

// A picklist's value in its own spelling, so that it can be compared exactly, by the index.
const std::string& spelt(const Term& term, const std::string& text) {
  if (term.type == FieldType::picklist && term.field)
    for (const auto& value : term.field->values)
      if (objects::same_name(value, text)) return value;
  return text;
}

// Days of four-digit years alone can be compared as text.
std::string date_text(Time time) {
  using std::chrono::sys_days, std::chrono::year;
  const auto first = Time(sys_days(year(1) / 1 / 1)), last = Time(sys_days(year(9999) / 12 / 31));
  return to_rfc3339(std::clamp(time, first, last)).substr(0, 10);
}

}  // namespace

Term term_of(const Column& column) {
  Term term;
  term.sql = column.sql;
  term.type = column.field->type;
  term.field = column.field;
  term.reference_to = term.type == FieldType::id ? column.object->name : column.field->reference_to;
  term.nullable = column.joined() || column.field->column.empty() ||
                  !(is_text(term.type) || term.type == FieldType::id || column.field->required);
  if (term.type == FieldType::checkbox) {
    if (column.joined() || column.field->column.empty())
      term.sql = fmt::format("COALESCE({}, 0)", term.sql);
    term.nullable = false;
  }
  term.name = column.field->name;
  return term;
}

std::string null_test(const Term& term) {
  if (term.type == FieldType::checkbox) return "FALSE";
  if (!is_empty_when_null(term.type)) return fmt::format("{} IS NULL", term.sql);
  return term.nullable ? fmt::format("COALESCE({}, '') = ''", term.sql)
                       : fmt::format("{} = ''", term.sql);
}

Result<Term> plain_term(Scope& scope, const Operand& operand) {
  if (operand.function != Function::none)
    return malformed(scope.context().query, operand.at,
                     "aggregate functions stand in SELECT, HAVING and ORDER BY only");
  SB_TRY(column, scope.resolve(operand.path));
  return term_of(column);
}

std::unexpected<Error> no_object(const Context& context, const Query& query) {
  return point_at(
      context.query, query.from_at, "INVALID_TYPE",
      fmt::format("sObject type '{}' is not supported. If you are attempting to use a custom "
                  "object, be sure to append the '__c' after the entity name. Please reference "
                  "your WSDL or the describe call for the appropriate names.",
                  query.from));
}

Result<std::string> ConditionCompiler::compile(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::negation: {
      const auto& inner = condition.parts.front();
      if (inner.kind == Condition::Kind::negation) return compile(inner.parts.front());
      SB_TRY(sql, compile(inner));
      if (inner.kind == Condition::Kind::comparison) return not_true(sql);
      return sql + " IS NOT TRUE";  // has its parentheses
    }
    case Condition::Kind::all:
    case Condition::Kind::any:
      return joined(condition);
    case Condition::Kind::comparison:
      break;
  }
  return comparison(condition);
}

// In groups: a store takes an expression of a thousand parts, but not a thousand levels.
Result<std::string> ConditionCompiler::joined(const Condition& condition) {
  constexpr std::size_t kGroup = 40;
  std::vector<std::string> parts;
  for (const auto& part : condition.parts) {
    SB_TRY(sql, compile(part));
    parts.push_back(std::move(sql));
  }
  const std::string_view word = condition.kind == Condition::Kind::all ? " AND " : " OR ";
  while (true) {
    std::vector<std::string> groups;
    for (std::size_t i = 0; i < parts.size(); i += kGroup) {
      const auto end = std::min(i + kGroup, parts.size());
      groups.push_back(
          fmt::format("({})", fmt::join(parts.begin() + static_cast<std::ptrdiff_t>(i),
                                        parts.begin() + static_cast<std::ptrdiff_t>(end), word)));
    }
    if (groups.size() == 1) return std::move(groups.front());
    parts = std::move(groups);
  }
}

Result<std::string> ConditionCompiler::comparison(const Condition& condition) {
  SB_TRY(term, find_term_(condition.operand));
  const bool negated =
      condition.comparison == Comparison::not_in || condition.comparison == Comparison::not_equal;
  if (condition.comparison == Comparison::in || condition.comparison == Comparison::not_in) {
    auto found = condition.inner ? semi_join(term, condition) : in_list(term, condition);
    if (!found || !negated) return found;
    return not_true(*found);
  }
  auto found =
      compare(term, negated ? Comparison::equal : condition.comparison, condition.literals.front());
  if (!found || !negated) return found;
  return not_true(*found);
}

Result<> ConditionCompiler::fits(const Term& term, const Literal& literal) const {
  if (literal.kind == Kind::null) return {};
  const auto wants = [&](bool fitting, std::string_view type) -> Result<> {
    if (fitting) return {};
    return point_at(
        context_.query, literal.at, "INVALID_FIELD",
        fmt::format("value of filter criterion for field '{}' must be of type {} and should {}be "
                    "enclosed in quotes",
                    term.name, type, type == "string" ? "" : "not "),
        term.name);
  };
  switch (term.type) {
    case FieldType::checkbox:
      return wants(literal.kind == Kind::boolean, "boolean");
    case FieldType::integer:
      return wants(literal.kind == Kind::integer || literal.kind == Kind::number, "int");
    case FieldType::number:
      return wants(literal.kind == Kind::integer || literal.kind == Kind::number, "double");
    case FieldType::date:
      return wants(literal.kind == Kind::date || literal.kind == Kind::relative, "date");
    case FieldType::date_time:
      return wants(literal.kind == Kind::date_time || literal.kind == Kind::relative, "dateTime");
    default:
      return wants(literal.kind == Kind::text, "string");
  }
}

std::unexpected<Error> ConditionCompiler::bad_operator(const Term& term, Offset at) const {
  return point_at(context_.query, at, "INVALID_QUERY_FILTER_OPERATOR",
                  fmt::format("invalid operator on {} field", term.type == FieldType::date_time
                                                                  ? std::string_view("dateTime")
                                                                  : to_text(term.type)),
                  term.name);
}

Result<std::string> ConditionCompiler::compare(const Term& term, Comparison comparison,
                                               const Literal& literal) {
  if (comparison == Comparison::like && !is_text(term.type)) return bad_operator(term, literal.at);
  if (term.type == FieldType::checkbox && comparison != Comparison::equal)
    return bad_operator(term, literal.at);
  SB_CHECK(fits(term, literal));
  if (is_null_literal(term, literal))
    return comparison == Comparison::equal ? null_test(term) : std::string("FALSE");
  switch (term.type) {
    case FieldType::id:
    case FieldType::reference:
      return compare_id(term, comparison, literal);
    case FieldType::date:
    case FieldType::date_time:
      return compare_time(term, comparison, literal);
    case FieldType::checkbox:
      return fmt::format("{} = {}", term.sql, params_.add(literal.integer));
    case FieldType::integer:
    case FieldType::number:
      return fmt::format("{} {} {}", term.sql, sign_of(comparison),
                         literal.kind == Kind::integer ? params_.add(literal.integer)
                                                       : params_.add(literal.number));
    default:
      return compare_text(term, comparison, literal);
  }
}

Result<std::string> ConditionCompiler::compare_text(const Term& term, Comparison comparison,
                                                    const Literal& literal) {
  const bool postgresql = context_.postgresql;
  if (comparison == Comparison::like) {
    if (literal.pattern.size() > kMaxPattern)
      return malformed(context_.query, literal.at, "the pattern is too long");
    return fmt::format("({} {} {} ESCAPE '\\' AND {} <> '')", term.sql,
                       postgresql ? "ILIKE" : "LIKE", params_.add(literal.pattern), term.sql);
  }
  const auto value = params_.add(spelt(term, literal.text));
  const auto sign = sign_of(comparison);
  auto sql = !folds(term) ? fmt::format("{} {} {}", term.sql, sign, value)
             : postgresql ? fmt::format("lower({}) {} lower({})", term.sql, sign, value)
                          : fmt::format("{} {} {} COLLATE NOCASE", term.sql, sign, value);
  // No value is neither less nor more than any; and indexes of values alone are used where "= a
  // value" says that there is one.
  const bool optional = term.field && !term.field->required && term.type != FieldType::picklist;
  if (comparison == Comparison::less || comparison == Comparison::less_equal ||
      (comparison == Comparison::equal && optional))
    return fmt::format("({} AND {} <> '')", sql, term.sql);
  return sql;
}

// Empty when the id is another object's, which no row can have.
Result<std::optional<std::int64_t>> ConditionCompiler::id_of(const Term& term,
                                                             const Literal& literal) const {
  const auto& text = literal.text;
  const auto id =
      text.size() < 3 ? std::nullopt : parse_record_id(std::string_view(text).substr(0, 3), text);
  if (!id)
    return point_at(context_.query, literal.at, "INVALID_QUERY_FILTER_OPERATOR",
                    fmt::format("invalid ID field: {}", text.substr(0, 100)), term.name);
  const auto* object = context_.schema.find(term.reference_to);
  if (!object || !text.starts_with(object->key_prefix)) return std::optional<std::int64_t>();
  return id;
}

Result<std::string> ConditionCompiler::compare_id(const Term& term, Comparison comparison,
                                                  const Literal& literal) {
  SB_TRY(id, id_of(term, literal));
  if (!id) return std::string("FALSE");
  return fmt::format("{} {} {}", term.sql, sign_of(comparison), params_.add(*id));
}

Result<std::string> ConditionCompiler::compare_time(const Term& term, Comparison comparison,
                                                    const Literal& literal) {
  const auto value = [&](Time time) {
    return term.type == FieldType::date ? params_.add(date_text(time)) : params_.add(to_ms(time));
  };
  const auto compare_to = [&](std::string_view sign, const std::string& written) {
    auto sql = fmt::format("{} {} {}", term.sql, sign, written);
    if (term.type == FieldType::date && sign.starts_with('<'))
      sql = fmt::format("({} AND {} <> '')", sql, term.sql);
    return sql;
  };
  if (literal.kind == Kind::date) return compare_to(sign_of(comparison), params_.add(literal.text));
  if (literal.kind == Kind::date_time)
    return compare_to(sign_of(comparison), params_.add(literal.integer));
  const auto [begin, end] = span_of(literal.relative, context_.now);
  switch (comparison) {
    case Comparison::less:
      return compare_to("<", value(begin));
    case Comparison::less_equal:
      return compare_to("<", value(end));
    case Comparison::greater:
      return compare_to(">=", value(end));
    case Comparison::greater_equal:
      return compare_to(">=", value(begin));
    default: {
      const auto from = compare_to(">=", value(begin));
      return fmt::format("({} AND {})", from, compare_to("<", value(end)));
    }
  }
}

Result<std::string> ConditionCompiler::in_list(const Term& term, const Condition& condition) {
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::vector<std::string> others;  // conditions of their own: null, date literals
  bool listed = false;
  for (const auto& literal : condition.literals) {
    SB_CHECK(fits(term, literal));
    if (is_null_literal(term, literal)) {
      if (others.empty() || others.front() != null_test(term))
        others.insert(others.begin(), null_test(term));
      continue;
    }
    if (literal.kind == Kind::relative) {
      SB_TRY(stretch, compare_time(term, Comparison::equal, literal));
      others.push_back(std::move(stretch));
      continue;
    }
    listed = true;
    if (term.type == FieldType::id || term.type == FieldType::reference) {
      SB_TRY(id, id_of(term, literal));
      if (id) integers.push_back(*id);
    } else if (is_empty_when_null(term.type)) {
      texts.push_back(spelt(term, literal.text));
    } else if (term.type == FieldType::integer || term.type == FieldType::number) {
      numbers.push_back(literal.number);
    } else {
      integers.push_back(literal.integer);
    }
  }
  if (!texts.empty())
    others.push_back(params_.in_texts(term.sql, texts, is_text(term.type) && folds(term)));
  else if (!numbers.empty())
    others.push_back(params_.in_numbers(term.sql, numbers));
  else if (listed)
    others.push_back(params_.in_numbers(term.sql, integers));
  if (others.size() > 200)
    return malformed(context_.query, condition.at, "too many date literals in a list");
  return fmt::format("({})", fmt::join(others, " OR "));
}

// x IN (SELECT Contact__c FROM Back_In_Stock__c WHERE ...)
Result<std::string> ConditionCompiler::semi_join(const Term& term, const Condition& condition) {
  const auto& inner = *condition.inner;
  const auto refuse = [&](Offset at, std::string_view what) {
    return malformed(context_.query, at, what);
  };
  if (term.reference_to.empty())
    return refuse(condition.at,
                  fmt::format("the left operand '{}' of a semi-join must be an id or a reference",
                              term.name));
  if (level_ == kMaxSemiJoins)
    return refuse(condition.at, fmt::format("semi-joins nest at most {} deep", kMaxSemiJoins));
  const auto* object = context_.schema.find(inner.from);
  if (!object) return no_object(context_, inner);
  if (inner.select.size() != 1 || inner.select.front().kind != SelectItem::Kind::field ||
      !inner.select.front().alias.empty())
    return refuse(condition.at, "the subquery of a semi-join selects exactly one field");
  if (!inner.group_by.empty() || inner.having || !inner.order_by.empty() || inner.limit ||
      inner.offset)
    return refuse(inner.from_at,
                  "the subquery of a semi-join takes no GROUP BY, ORDER BY, LIMIT or OFFSET");
  Scope scope(context_, *object, inner.alias, fmt::format("s{}", ++tables_));
  SB_TRY(selected, scope.resolve(inner.select.front().operand.path));
  const auto right = term_of(selected);
  if (right.reference_to != term.reference_to)
    return refuse(inner.select.front().at,
                  fmt::format("The selected field '{}' in the subquery and the left operand field "
                              "in the where expression in the outer query '{}' should point to the "
                              "same object type",
                              right.name, term.name));
  auto where = fmt::format("{} IS NOT NULL", right.sql);
  if (!context_.all_rows) where += fmt::format(" AND {}.is_deleted = 0", scope.table());
  if (inner.where) {
    ConditionCompiler conditions(
        context_, params_, tables_,
        [&](const Operand& operand) -> Result<Term> { return plain_term(scope, operand); },
        level_ + 1);
    SB_TRY(condition_sql, conditions.compile(*inner.where));
    where += " AND " + condition_sql;
  }
  return fmt::format("{} IN (SELECT {} FROM {} WHERE {})", term.sql, right.sql, scope.from(),
                     where);
}

}  // namespace stockbell::crm::soql
