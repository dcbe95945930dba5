#include "app/path_aliases.h"

namespace stockbell::app {

std::string path_of_alias(std::string_view wire_path) {
  constexpr std::string_view kDomain = "/.salesforce.com";
  constexpr std::string_view kToken = "/v2/token";
  constexpr std::string_view kData = "/services/data/";
  if (wire_path.starts_with(kDomain) && wire_path.substr(kDomain.size()).starts_with('/'))
    wire_path.remove_prefix(kDomain.size());
  if (wire_path.ends_with(kToken) && !wire_path.starts_with("/services/") && !wire_path.starts_with("/api/"))
    return std::string(kToken);
  if (wire_path.starts_with(kData) && wire_path.ends_with('/')) wire_path.remove_suffix(1);
  return std::string(wire_path);
}

}  // namespace stockbell::app
