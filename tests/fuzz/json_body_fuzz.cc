// Request bodies, NDJSON lines, and our own writer read back.
#include <boost/json.hpp>

#include "commerce/imports/record_reader.h"
#include "fuzz/fuzz.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(json_body) {
  const auto object = text::parse_json_object(input, 64 * 1024);
  if (object) {
    for (const auto& [name, value] : *object) {
      const auto found = text::find_text(*object, {name.data(), name.size()});
      REQUIRE(!value.is_string() || (found && *found && text::valid_utf8(**found)));
    }
  }
  static_cast<void>(commerce::fields_of_json(input));
  // Whatever bytes we are asked to quote, the result is JSON.
  text::JsonWriter json;
  json.begin_object()
      .member("text", input)
      .key("list")
      .begin_array()
      .value(1.5)
      .value(input.size());
  json.end_array().end_object();
  const auto own = text::parse_json_object(json.str(), 8 * input.size() + 1024);
  REQUIRE(own.has_value());
  const auto back = text::find_text(*own, "text");
  REQUIRE(back && *back && (!text::valid_utf8(input) || **back == input));
}
