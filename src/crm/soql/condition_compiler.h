// WHERE and HAVING as SQL: checks that each literal fits its field and writes comparisons with
// SOQL's rules: two-valued logic, '' is null, text without regard to case (on SQLite: of ASCII
// letters), but SKUs and request keys exactly. Used by the compiler.
// Not thread-safe; lives for one statement.
#pragma once
#include <functional>

#include "crm/soql/parameters.h"
#include "crm/soql/scope.h"

namespace stockbell::crm::soql {

// What a comparison or an ordering is about: a column, or an aggregate of one.
struct Term {
  std::string sql;
  objects::FieldType type = objects::FieldType::integer;
  const objects::Field* field = nullptr;  // null for COUNT, SUM and AVG
  std::string reference_to;               // id, reference: the object
  bool nullable = true;                   // NULL can come out of `sql`
  std::string name;                       // for messages
};

Term term_of(const Column& column);
std::string null_test(const Term& term);
// The column an operand names; an aggregate is refused, as it stands only after GROUP BY.
Result<Term> plain_term(Scope& scope, const Operand& operand);
// INVALID_TYPE, for the object that `query` names.
std::unexpected<Error> no_object(const Context& context, const Query& query);

class ConditionCompiler {
 public:
  // What an operand is about: columns in WHERE, groups and aggregates too in HAVING.
  using FindTerm = std::function<Result<Term>(const Operand&)>;

  // `tables` counts the aliases given to semi-joins in the statement, `level` those around this
  // one.
  ConditionCompiler(const Context& context, Parameters& params, int& tables, FindTerm find_term,
                    int level = 0)
      : context_(context),
        params_(params),
        tables_(tables),
        find_term_(std::move(find_term)),
        level_(level) {}

  Result<std::string> compile(const Condition& condition);

 private:
  Result<std::string> joined(const Condition& condition);
  Result<std::string> comparison(const Condition& condition);
  Result<std::string> compare(const Term& term, Comparison comparison, const Literal& literal);
  Result<std::string> compare_text(const Term& term, Comparison comparison, const Literal& literal);
  Result<std::string> compare_id(const Term& term, Comparison comparison, const Literal& literal);
  Result<std::string> compare_time(const Term& term, Comparison comparison, const Literal& literal);
  Result<std::string> in_list(const Term& term, const Condition& condition);
  Result<std::string> semi_join(const Term& term, const Condition& condition);
  Result<std::optional<std::int64_t>> id_of(const Term& term, const Literal& literal) const;
  Result<> fits(const Term& term, const Literal& literal) const;
  std::unexpected<Error> bad_operator(const Term& term, Offset at) const;

  const Context& context_;
  Parameters& params_;
  int& tables_;
  FindTerm find_term_;
  int level_;
};

}  // namespace stockbell::crm::soql
