// The request target (RFC 9112 3.2) taken apart and decoded; hostile ones are refused here, once
// for all handlers. Pure functions. Used by the server and for form bodies.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace stockbell::http {

struct Target {
  std::string_view wire_path;  // as sent, without query
  std::string path;            // decoded
  std::vector<std::pair<std::string, std::string>> query;
};

// Origin form and absolute form. Refused as invalid ("target-invalid"): broken escapes, bytes that
// are not UTF-8, control characters, "." and ".." segments (also when escaped).
Result<Target> parse_target(std::string_view target);

// a=1&b=x+y of a query or a form; refuses broken escapes, bad UTF-8 and NUL.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace stockbell::http
