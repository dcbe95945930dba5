// Omnichannel Inventory's documents (reference 2.6): availability queries, delta tokens and the
// lines of an availability import. Pure; every body is an outsider's. Step 8.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "commerce/imports/types.h"
#include "commerce/inventory/record_builder.h"

namespace stockbell::commerce {

// {"skus":[…], "groups":["g" | {"id":"g"}], "locations":[…]}; 1-100 SKUs, 1-100 places.
struct OciQuery {
  std::vector<std::string> skus, groups, locations;
};
Result<OciQuery> parse_oci_query(std::string_view body);

// A position in the changes of some groups (our sites).
struct OciToken {
  std::vector<std::string> groups;
  std::int64_t sequence = 0;
};
// {"placeType":"group","places":[…]}; "location" is refused: a site's changes are what is numbered.
Result<OciToken> parse_oci_places(std::string_view body);
std::string oci_token_json(const OciToken& token);
Result<OciToken> parse_oci_token(std::string_view body);

// Reads an import line by line: {"location":"L","mode":"UPDATE"} and then the records of L.
class OciLines {
 public:
  // A record, or nothing for a line that names a location or is blank. A refused record comes with
  // its reason inside.
  std::optional<RecordBuilder> take(std::string_view line, std::int64_t number);

 private:
  std::string location_;
};

}  // namespace stockbell::commerce
