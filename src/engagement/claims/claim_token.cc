#include "engagement/claims/claim_token.h"

#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongestToken = 2000;
constexpr std::string_view kHead = R"({"alg":"HS256","typ":"JWT"})";

std::int64_t seconds(Time time) { return to_ms(time) / 1000; }

std::unexpected<Error> malformed() {
  return fail(ErrorCode::invalid, "claim-malformed", "this is no claim token", "token");
}

std::string text_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::int64_t number_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : -1;
}

std::optional<std::int64_t> digits_of(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    return {};
  return std::stoll(text);
}

}  // namespace

std::string ClaimTokens::mac(std::string_view head_and_body) const {
  return crypto::base64url(crypto::hmac_sha256(secret_, head_and_body));
}

std::string ClaimTokens::sign(const Claim& claim) const {
  text::JsonWriter json;
  json.begin_object()
      .member("iss", issuer_)
      .member("jti", std::to_string(claim.message.value))
      .member("sub", to_record_id(kRequestPrefix, claim.request.value))
      .member("sku", claim.sku)
      .member("quantity", claim.quantity)
      .member("iat", seconds(claim.issued_at))
      .member("exp", seconds(claim.expires_at))
      .end_object();
  const auto signed_part = crypto::base64url(kHead) + "." + crypto::base64url(json.str());
  return signed_part + "." + mac(signed_part);
}

Result<Claim> ClaimTokens::verify(std::string_view token, Time now) const {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (token.size() > kLongestToken || first == token.npos || first == last) return malformed();
  const auto signed_part = token.substr(0, last);
  // Digests of the two, so that how long it takes tells nothing of the right one.
  if (crypto::hmac_sha256(secret_, token.substr(last + 1)) !=
      crypto::hmac_sha256(secret_, mac(signed_part)))
    return fail(ErrorCode::invalid, "claim-forged", "this claim was not made here", "token");
  // What we signed is in our form; anything else was signed with a secret that others have.
  const auto body = crypto::base64url_decode(signed_part.substr(first + 1));
  if (signed_part.substr(0, first) != crypto::base64url(kHead) || !body) return malformed();
  const auto json = text::parse_json_object(*body, kLongestToken);
  if (!json) return malformed();
  const auto message = digits_of(text_in(*json, "jti"));
  const auto request = parse_record_id(kRequestPrefix, text_in(*json, "sub"));
  Claim claim{MessageId{message.value_or(0)},
              RequestId{request.value_or(0)},
              text_in(*json, "sku"),
              number_in(*json, "quantity"),
              from_ms(std::clamp<std::int64_t>(number_in(*json, "iat"), 0, 1LL << 40) * 1000),
              from_ms(std::clamp<std::int64_t>(number_in(*json, "exp"), 0, 1LL << 40) * 1000)};
  if (!message || !request || claim.sku.empty() || claim.quantity < 1) return malformed();
  if (text_in(*json, "iss") != issuer_)
    return fail(ErrorCode::invalid, "claim-forged", "this claim was made for another address",
                "token");
  if (now >= claim.expires_at)
    return fail(ErrorCode::invalid, "claim-expired", "the invitation has ended", "token");
  return claim;
}

std::string with_claim(const std::string& url, const std::string& parameter,
                       const std::string& token) {
  const auto hash = std::min(url.find('#'), url.size());
  const auto address = url.substr(0, hash);
  const char* joint = address.find('?') == std::string::npos             ? "?"
                      : address.ends_with('?') || address.ends_with('&') ? ""
                                                                         : "&";
  return address + joint + parameter + "=" + token + url.substr(hash);
}

}  // namespace stockbell::engagement
