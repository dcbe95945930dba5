// The bodies of another maker's snippets, as far as they say what we need: Klaviyo's JSON:API
// document and the form of its older endpoint. Pure. Step 2.
//
// {"data": {"type": "back-in-stock-subscription",
//   "attributes": {"channels": ["EMAIL"], "profile": {"data": {"type": "profile",
//     "attributes": {"email", "phone_number", "external_id", …}}}},
//   "relationships": {"variant": {"data": {"type": "catalog-variant",
//     "id": "<integration>:::<catalog>:::<external id>"}}}}}
#pragma once
#include "commerce/capture/capture_rules.h"

namespace stockbell::commerce {

// As fields of our own form: sku, email, first_name, last_name, phone. Errors: invalid, too_large;
// `field` is a JSON pointer.
Result<CaptureFields> read_klaviyo_body(std::string_view body);

// "$shopify:::$default:::33001893429341" -> "33001893429341"; a text without ":::" is the id itself.
std::string external_id_of(std::string_view variant);

// Where in the JSON:API document a field of our form came from.
std::string_view klaviyo_pointer(std::string_view field);

}  // namespace stockbell::commerce
