// Small texts with a strict form: times, record ids, tokens, prices, quantities, flags.
#include "base/clock.h"
#include "base/id.h"
#include "commerce/catalog/catalog_rules.h"
#include "commerce/inventory/inventory_rules.h"
#include "fuzz/fuzz.h"
#include "platform/crypto/crypto.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(times_and_ids) {
  if (const auto time = parse_rfc3339(input)) REQUIRE(parse_rfc3339(to_rfc3339(*time)) == time);
  if (const auto id = parse_record_id(kRequestPrefix, input)) {
    REQUIRE(*id > 0 && to_record_id(kRequestPrefix, *id).starts_with(input.substr(0, 15)));
  }
  if (const auto bytes = crypto::base64url_decode(input))
    REQUIRE(crypto::base64url(*bytes) == input);
  if (const auto bytes = crypto::base64_decode(input)) REQUIRE(crypto::base64(*bytes) == input);
  const crypto::Signer signer(std::string(32, 'k'));
  if (const auto payload = signer.verify(input)) REQUIRE(signer.sign(*payload) == input);
  REQUIRE(signer.verify(signer.sign(input)) == input);
  if (const auto price = commerce::parse_price(input))
    REQUIRE(commerce::parse_price(commerce::format_decimal(*price)) == price);
  static_cast<void>(commerce::parse_units(input));
  static_cast<void>(commerce::parse_boolean(input));
  REQUIRE(text::url_decode(text::url_encode(input)) == input);
}
