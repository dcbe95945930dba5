// Import definitions of strangers: a file name pattern, a file's name, then the definition as JSON.
// What is taken is written and read again as itself, and takes no file of the catalog feed.
#include "engagement/import_definitions/definition_reader.h"
#include "engagement/import_definitions/name_pattern.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

std::string written(const ImportDefinition& definition) {
  text::JsonWriter json;
  json.begin_object();
  write_import_definition(json, definition);
  json.end_object();
  return std::move(json).str();
}

}  // namespace

FUZZ_TARGET(import_definition) {
  fuzz::Bytes bytes(input);
  const auto text = bytes.line(), name = bytes.line();
  if (const auto pattern = NamePattern::parse(text)) {
    if (const auto parts = pattern->match(name)) {
      REQUIRE(!pattern->of_trigger() && name.size() <= 255);
      REQUIRE(parts->time.has_value() == pattern->has_date());
      REQUIRE(!parts->sequence || (*parts->sequence >= 0 && pattern->has_order()));
      if (parts->time) REQUIRE(to_ms(*parts->time) >= 0);
    }
  } else {
    REQUIRE(pattern.error().reason == "file-name-invalid");
  }
  const auto read = read_import_definition(bytes.rest());
  if (!read) {
    REQUIRE(!read.error().message.empty());
    return;
  }
  const auto once = written(*read);
  const auto again = read_import_definition(once);
  REQUIRE(again && written(*again) == once);
  REQUIRE(!NamePattern::parse(read->pattern)->match("default_catalogFeed.psv"));
}
