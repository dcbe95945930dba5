// Conditions on the rows of one data extension, and their order: from $filter and $orderBy of the
// row API, or from the filters of SOAP. Columns are looked up and values read by the columns'
// types. Pure; everything is bounded.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

enum class Comparison {
  equal,
  not_equal,
  greater,
  greater_equal,
  less,
  less_equal,
  like,  // % and _; ASCII letters in either case
  is_null,
  is_not_null,
};

struct Condition {
  enum class Kind { comparison, all, any } kind = Kind::comparison;
  std::string column;
  Comparison comparison = Comparison::equal;
  std::string value;
  std::vector<Condition> parts;  // of all and any
};

// "Age gt 3 and (Name eq 'O''Hara' or Email is null)". Errors: invalid, "filter-invalid".
Result<Condition> parse_filter(std::string_view text);
// What stands behind WHERE, its values appended to `params`. Errors: invalid, "filter-invalid".
Result<std::string> condition_sql(const DataExtension& extension, const Condition& condition,
                                  bool postgresql, db::Params& params);
// "Name desc, Age": what stands behind ORDER BY, ending in row_id so that pages do not overlap.
Result<std::string> order_sql(const DataExtension& extension, std::string_view text);
// "a%b" for LIKE ... ESCAPE '\'
std::string like_pattern(std::string_view text);

}  // namespace stockbell::engagement
