// Request targets and form bodies.
#include "fuzz/fuzz.h"
#include "platform/http/target.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(http_target) {
  if (const auto target = http::parse_target(input)) {
    REQUIRE(target->path.starts_with('/') || target->path == "*");
    REQUIRE(text::valid_utf8(target->path) && !text::has_control(target->path));
    REQUIRE((target->path + "/").find("/../") == std::string::npos);
  }
  const auto fields = http::parse_query(input);
  if (!fields) return;
  std::string written;
  for (const auto& [name, value] : *fields) {
    REQUIRE(text::valid_utf8(name) && text::valid_utf8(value));
    written +=
        (written.empty() ? "" : "&") + text::url_encode(name) + "=" + text::url_encode(value);
  }
  const auto again = http::parse_query(written);
  REQUIRE(again && *again == *fields);
}
