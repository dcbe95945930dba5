// ORDER BY as SQL: text without regard to case, nulls first in ascending order as Salesforce has
// it, ties by id. Used by the compiler. Pure, thread-safe.
#pragma once
#include "crm/soql/condition_compiler.h"

namespace stockbell::crm::soql {

std::string order_of(const Term& term, const OrderItem& item, bool postgresql);
// The whole clause, without its two words; joins what it needs to `scope`.
Result<std::string> order_by(Scope& scope, const Query& query);

}  // namespace stockbell::crm::soql
