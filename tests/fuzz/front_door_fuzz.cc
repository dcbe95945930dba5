// What anybody may send to the front door, a line each: page token, challenge, solution, origin,
// forwarded header. Nothing of it is to be guessed.
#include "commerce/protection/cross_origin.h"
#include "commerce/protection/disposable_domains.h"
#include "commerce/protection/page_token.h"
#include "commerce/protection/proof_of_work.h"
#include "fuzz/fuzz.h"
#include "platform/http/forwarded.h"

using namespace stockbell;

FUZZ_TARGET(front_door) {
  static const std::string key(32, 'k');
  static const Time now = from_ms(1'800'000'000'000);
  static const commerce::PageTokens tokens(key, {});
  static SeededRandom random(1);
  static const commerce::ProofOfWork work(key, random, now);
  fuzz::Bytes bytes(input);
  const auto token = tokens.check(bytes.line(), "default", "S1", now);
  REQUIRE(token == commerce::TokenState::missing || token == commerce::TokenState::forged);
  const auto value = bytes.line();
  const auto done = work.check(value, bytes.line(), 7, now);
  REQUIRE(done == commerce::WorkState::missing || done == commerce::WorkState::wrong);
  const auto origin = bytes.line();
  REQUIRE(!commerce::origin_matches("https://shop.example", origin) ||
          origin == "https://shop.example");
  const auto hops = http::forwarded_hops(bytes.line(), !origin.empty());
  REQUIRE(!hops.empty() && hops.size() <= 32);
  for (const auto& hop : hops) REQUIRE(hop.size() <= 45);
  const auto domains = commerce::DisposableDomains::parse(std::string(bytes.rest()), "list");
  if (domains) REQUIRE(domains->contains("throw.example") || domains->size() < 1'000'000);
}
