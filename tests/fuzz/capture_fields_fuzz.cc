// The notification form, from its body to a request.
#include "commerce/capture/capture_rules.h"
#include "fuzz/fuzz.h"
#include "platform/http/target.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(capture_fields) {
  const auto body = http::parse_query(input);
  if (!body) return;
  commerce::CaptureFields fields;
  for (const auto& [name, value] : *body) fields.insert_or_assign(name, value);
  const auto request = commerce::parse_capture(fields, {});
  if (!request) {
    REQUIRE(!request.error().field.empty());
    return;
  }
  REQUIRE(!request->sku.empty() && !text::has_control(request->sku));
}
