// GROUP BY and aggregate functions as one statement. Used by the compiler. Pure, thread-safe.
#pragma once
#include "crm/soql/condition_compiler.h"
#include "crm/soql/plan.h"

namespace stockbell::crm::soql {

// `where` is the clause, already compiled with `params` and `tables`.
Result<Plan> compile_aggregate(Scope& scope, const Query& query, const std::string& where,
                               Parameters& params, int& tables);

}  // namespace stockbell::crm::soql
