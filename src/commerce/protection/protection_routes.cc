#include "commerce/protection/protection_routes.h"

#include "commerce/protection/cross_origin.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kSkusAtOnce = 100, kLongestSku = 100;

Result<std::vector<std::string>> skus_of(const http::Request& request, const SkuKnown& sku_known) {
  auto skus = request.query_values("sku");
  if (skus.empty() || skus.size() > kSkusAtOnce)
    return fail(ErrorCode::invalid, "sku-missing", "ask for 1 to 100 SKUs: ?sku=A&sku=B", "sku");
  for (const auto& sku : skus) {
    if (sku.empty() || sku.size() > kLongestSku)
      return fail(ErrorCode::invalid, "sku-invalid", "a SKU has 1 to 100 characters", "sku");
    SB_TRY(known, sku_known(sku));
    if (!known)
      return fail(ErrorCode::not_found, "sku-unknown", "there is no item with this SKU", "sku");
  }
  return skus;
}

Result<http::Response> give_token(const FrontDoor& door, const Sites& sites, Time now,
                                  const SkuKnown& sku_known, const http::Request& request) {
  const auto key = request.query_value("site").value_or("");
  const auto* site = key.empty() ? &sites.main() : sites.find(key);
  if (!site) return fail(ErrorCode::not_found, "site-unknown", "there is no such site", "site");
  SB_CHECK(check_origin(*site, request));
  SB_TRY(skus, skus_of(request, sku_known));
  const auto& age = door.page_tokens().age();
  text::JsonWriter json;
  json.begin_object()
      .member("page_token", door.page_tokens().issue(site->key, skus, now))
      .member("usable_in_ms", age.youngest.count())
      .member("expires_at", to_rfc3339(now + age.oldest))
      .end_object();
  auto response = http::Response::json(200, std::move(json).str());
  response.set("Cache-Control", "public, max-age=300");
  return response;
}

http::Response tell(const FrontDoor& door) {
  text::JsonWriter json;
  json.begin_object().member("since", to_rfc3339(door.since())).key("posts").begin_object();
  for (const auto& [name, number] : door.counts()) json.member(name, number);
  json.end_object().member("memory_bytes_at_most", door.most_bytes()).end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_protection_routes(http::Router& router, const FrontDoor& door, const Sites& sites,
                           const Clock& clock, SkuKnown sku_known) {
  http::Route token{"GET", "/api/v1/page-token", http::Role::anonymous, {}};
  token.handler = [&door, &sites, &clock,
                   sku_known](const http::Request& request) -> Result<http::Response> {
    auto answer = give_token(door, sites, clock.now(), sku_known, request);
    auto response = answer ? std::move(*answer) : http::problem(answer.error());
    allow_origin(sites, request, response);
    return response;
  };
  router.add(std::move(token));
  http::Route ask{"OPTIONS", "/api/v1/page-token", http::Role::anonymous, preflight(sites)};
  router.add(std::move(ask));

  http::Route counts{"GET", "/api/v1/front-door", http::Role::readonly, {}};
  counts.handler = [&door](const http::Request&) -> Result<http::Response> { return tell(door); };
  router.add(std::move(counts));
}

}  // namespace stockbell::commerce
