// Rows as clients send them in JSON: [{"keys":{...},"values":{...}}] and {"items":[{...}]}. Pure;
// bounded: at most kMostRowsOfCall rows.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

inline constexpr std::size_t kMostRowsOfCall = 10'000;

struct RawRow {
  std::vector<std::pair<std::string, std::string>> fields;  // numbers and truth as text
  std::vector<std::string> nulls;
};

// Errors: invalid, "rows-invalid", naming the row.
Result<std::vector<RawRow>> parse_rowset(std::string_view body);
Result<std::vector<RawRow>> parse_items(std::string_view body);
// The members of one object, as of "values".
Result<> add_fields(const boost::json::value& object, RawRow& row);

}  // namespace stockbell::engagement
