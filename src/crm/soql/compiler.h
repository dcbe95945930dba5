// Second half of a query's way: checks a parsed query against the schema and writes its statements.
// SQL text is made of the schema's identifiers alone; every literal is a parameter. Used by
// QueryService. Pure, thread-safe.
#pragma once
#include <span>

#include "crm/soql/plan.h"
#include "crm/soql/scope.h"

namespace stockbell::crm::soql {

inline constexpr std::int64_t kMaxAggregateRows = 2000;

// Errors: INVALID_TYPE, INVALID_FIELD, INVALID_QUERY_FILTER_OPERATOR, MALFORMED_QUERY.
Result<Plan> compile(const Context& context, const Query& query);

// A plan of the rows alone, for reading records by id: `paths` are in the context's query.
Result<RowPlan> compile_rows(const Context& context, const objects::Object& object,
                             std::span<const Path> paths);

}  // namespace stockbell::crm::soql
