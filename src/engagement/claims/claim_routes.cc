#include "engagement/claims/claim_routes.h"

#include "contracts/request_status.h"
#include "platform/text/json.h"
#include "sql/engagement_claim.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_claim;

// Why a claim that is signed and has not expired is good for nothing all the same; empty: it holds.
std::string why_not(const std::optional<db::Row>& row, const Claim& claim) {
  if (!row) return "unknown";
  const auto status = parse_enum<RequestStatus>(row->text(0));
  if (status == RequestStatus::purchased) return "purchased";
  if (!status || *status == RequestStatus::cancelled || *status == RequestStatus::expired ||
      *status == RequestStatus::undeliverable || row->text(1) != claim.sku)
    return "closed";
  return "";
}

Result<http::Response> verify(db::Database& database, const Clock& clock, const ClaimTokens& tokens,
                              const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(token, text::find_text(body, "token"));
  if (!token)
    return fail(ErrorCode::invalid, "token-invalid", "token is the claim that the shopper brought",
                "token");
  text::JsonWriter json;
  json.begin_object();
  const auto claim = tokens.verify(*token, clock.now());
  if (!claim) {
    constexpr std::string_view kPrefix = "claim-";
    json.member("valid", false).member("reason", claim.error().reason.substr(kPrefix.size()));
  } else {
    SB_TRY(row, database.read([&](db::Session& session) {
      return session.query_one(statements::claimed_request, {claim->request.value});
    }));
    const auto reason = why_not(row, *claim);
    json.member("valid", reason.empty()).key("reason");
    if (reason.empty())
      json.value(nullptr);
    else
      json.value(reason);
    json.member("request_id", to_record_id(kRequestPrefix, claim->request.value))
        .member("sku", claim->sku)
        .member("quantity", claim->quantity)
        .member("issued_at", to_rfc3339(claim->issued_at))
        .member("expires_at", to_rfc3339(claim->expires_at));
  }
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_claim_routes(http::Router& router, db::Database& database, const Clock& clock,
                      const ClaimTokens& tokens) {
  router.add({.method = "POST",
              .pattern = "/api/v1/claims/verify",
              .least = http::Role::readonly,
              .handler = [&](const http::Request& request) {
                return verify(database, clock, tokens, request);
              }});
  router.add({.method = "GET",
              .pattern = "/api/v1/claims/secret",
              .least = http::Role::admin,
              .handler = [&tokens](const http::Request&) -> Result<http::Response> {
                text::JsonWriter json;
                json.begin_object()
                    .member("algorithm", "HS256")
                    .member("issuer", tokens.issuer())
                    .member("secret", tokens.secret())
                    .end_object();
                return http::Response::json(200, std::move(json).str());
              }});
}

}  // namespace stockbell::engagement
