// Claims that shoppers bring: none is believed that was not made here, and what was, is read back.
#include "engagement/claims/claim_token.h"
#include "fuzz/fuzz.h"
#include "platform/crypto/crypto.h"

using namespace stockbell;
using namespace stockbell::engagement;

FUZZ_TARGET(claim_token) {
  static const ClaimTokens tokens("https://shop.example", "a secret that the input has not");
  const Time now(std::chrono::hours(24 * 365 * 56));
  REQUIRE(!tokens.verify(input, now));
  // Signed with the right secret, as by a shop that has it: read within bounds, or refused.
  const std::string head(input.substr(0, input.find('|')));
  const std::string body(input.substr(std::min(input.size(), head.size() + 1)));
  const auto part = crypto::base64url(head) + "." + crypto::base64url(body);
  const auto read = tokens.verify(
      part + "." + crypto::base64url(crypto::hmac_sha256(tokens.secret(), part)), now);
  if (!read) return;
  REQUIRE(!read->sku.empty() && read->quantity >= 1 && read->expires_at > now);
  REQUIRE(tokens.verify(tokens.sign(*read), now) == *read);
}
