// Salesforce's picture of where a query is wrong (reference 3.3): the line, a caret, row and
// column. Used by the parser and the compiler. Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "crm/soql/ast.h"

namespace stockbell::crm::soql {

// invalid, `code`: "\n<part of the line>\n    ^\nERROR at Row:1:Column:11\n<what>". Columns count
// characters from 1. The picture quotes the asker's own query and belongs in the answer to them.
std::unexpected<Error> point_at(std::string_view query, Offset at, std::string code,
                                std::string_view what, std::string field = {});

std::unexpected<Error> malformed(std::string_view query, Offset at, std::string_view what);

}  // namespace stockbell::crm::soql
