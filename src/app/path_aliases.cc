#include "app/path_aliases.h"

#include <algorithm>

namespace stockbell::app {
namespace {

// /services/data/v59.0/sobjects/X/Field/value: the value may end in a slash of its own (jsforce does not escape it).
bool ends_in_a_value(std::string_view path) {
  constexpr std::string_view kRows = "/sobjects/";
  const auto at = path.find(kRows);
  return at != path.npos && std::ranges::count(path.substr(at + kRows.size()), '/') >= 3;
}

}  // namespace

std::string path_of_alias(std::string_view wire_path) {
  constexpr std::string_view kDomain = "/.salesforce.com";
  constexpr std::string_view kToken = "/v2/token";
  constexpr std::string_view kData = "/services/data/";
  if (wire_path.starts_with(kDomain) && wire_path.substr(kDomain.size()).starts_with('/'))
    wire_path.remove_prefix(kDomain.size());
  if (wire_path.ends_with(kToken) && !wire_path.starts_with("/services/") && !wire_path.starts_with("/api/"))
    return std::string(kToken);
  if (wire_path == "/client/back-in-stock-subscriptions/") wire_path.remove_suffix(1);  // of older snippets
  if (wire_path.starts_with(kData) && wire_path.ends_with('/') && !ends_in_a_value(wire_path))
    wire_path.remove_suffix(1);
  return std::string(wire_path);
}

}  // namespace stockbell::app
