// Cuts a SOQL query into words, numbers, dates, strings and marks (reference 3.4). Used by the
// parser alone. Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/soql/ast.h"

namespace stockbell::crm::soql {

struct Token {
  enum class Kind { word, literal, mark, end };
  Kind kind = Kind::end;
  std::string_view text;  // as written; the quotes of a string included
  Literal literal;        // number, string, date, date-time
  Offset at = 0;
};

// The tokens and one of kind end. `query` must outlive them. Errors: MALFORMED_QUERY.
Result<std::vector<Token>> tokenize(std::string_view query);

}  // namespace stockbell::crm::soql
