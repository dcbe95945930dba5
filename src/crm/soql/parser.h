// Reads SOQL (reference 3.4) into its tree, knowing no objects yet. First half of a query's way;
// the compiler is the second. Pure, thread-safe. Bounds: 100,000 characters, 32 levels of
// parentheses and subqueries, 1,000 comparisons, 4,000 values in an IN list, 500 selected fields.
#pragma once
#include <string_view>

#include "base/result.h"
#include "crm/soql/ast.h"

namespace stockbell::crm::soql {

// Errors: MALFORMED_QUERY with the picture of diagnostics.h.
Result<Query> parse(std::string_view query);

}  // namespace stockbell::crm::soql
