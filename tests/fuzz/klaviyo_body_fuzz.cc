// The JSON:API body of another maker's snippet, from its text to a request.
#include "commerce/capture/klaviyo_body.h"
#include "fuzz/fuzz.h"

using namespace stockbell;

FUZZ_TARGET(klaviyo_body) {
  const auto fields = commerce::read_klaviyo_body(input);
  if (!fields) {
    REQUIRE(!fields.error().message.empty());
    return;
  }
  REQUIRE(fields->contains("sku") && fields->size() <= 5);
  const auto request = commerce::parse_capture(*fields, {});
  if (!request) REQUIRE(!commerce::klaviyo_pointer(request.error().field).empty());
}
