#include "access/oauth/assertion.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "platform/crypto/crypto.h"
#include "platform/crypto/rsa.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::access::oauth {
namespace {

namespace json = boost::json;

constexpr Duration kLongestLife = std::chrono::minutes(3);
constexpr Duration kSkew = std::chrono::seconds(30);
constexpr std::size_t kMostAudiences = 10;
constexpr std::size_t kLongestName = 512;

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, "invalid_grant", std::move(message));
}

Result<json::object> decode(std::string_view part) {
  const auto bytes = crypto::base64url_decode(part);
  if (!bytes || !text::valid_utf8(*bytes)) return refuse("invalid assertion");
  auto object = text::parse_json_object(*bytes, kAssertionBytes);
  if (!object) return refuse("invalid assertion");
  return object;
}

std::optional<std::string> text_of(const json::value& value) {
  if (!value.is_string()) return {};
  const std::string_view text(value.as_string());
  if (text.empty() || text.size() > kLongestName || text::has_control(text)) return {};
  return std::string(text);
}

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? text_of(*value) : std::nullopt;
}

// NumericDate: seconds since the epoch, perhaps with a fraction. simple-salesforce writes digits in
// quotes.
std::optional<Time> time_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value && value->is_string()) {
    const std::string_view digits(value->as_string());
    std::int64_t seconds = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || seconds < 0 ||
        digits.size() > 11)
      return {};
    return from_ms(seconds * 1000);
  }
  if (!value || !value->is_number()) return {};
  const auto seconds = value->to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e11) return {};
  return from_ms(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

Result<Assertion> parse_assertion(std::string_view text) {
  const auto first = text.find('.');
  const auto second = first == text.npos ? first : text.find('.', first + 1);
  if (text.size() > kAssertionBytes || second == text.npos ||
      text.find('.', second + 1) != text.npos)
    return refuse("invalid assertion");
  SB_TRY(header, decode(text.substr(0, first)));
  // The algorithm is ours to choose, not the caller's: otherwise the public key could serve as the
  // secret of an HMAC (RFC 8725, section 3.1).
  if (text_of(header, "alg") != "RS256" || header.contains("crit"))
    return refuse("invalid assertion");
  SB_TRY(payload, decode(text.substr(first + 1, second - first - 1)));
  Assertion out;
  auto issuer = text_of(payload, "iss"), subject = text_of(payload, "sub");
  const auto expires_at = time_of(payload, "exp");
  if (!issuer || !subject || !expires_at) return refuse("invalid assertion");
  if (payload.contains("nbf")) {
    const auto not_before = time_of(payload, "nbf");
    if (!not_before) return refuse("invalid assertion");
    out.not_before = *not_before;
  }
  const auto* audience = payload.if_contains("aud");
  if (!audience) return refuse("audience is invalid");
  if (audience->is_array()) {
    if (audience->as_array().size() > kMostAudiences) return refuse("audience is invalid");
    for (const auto& one : audience->as_array())
      if (auto name = text_of(one)) out.audiences.push_back(std::move(*name));
  } else if (auto name = text_of(*audience)) {
    out.audiences.push_back(std::move(*name));
  }
  auto signature = crypto::base64url_decode(text.substr(second + 1));
  if (!signature || signature->empty()) return refuse("invalid assertion");
  out.issuer = std::move(*issuer);
  out.subject = std::move(*subject);
  out.expires_at = *expires_at;
  out.signed_part = text.substr(0, second);
  out.signature = std::move(*signature);
  return out;
}

Result<> judge(const Assertion& assertion, const std::string& public_key,
               const std::vector<std::string>& audiences, Time now) {
  if (public_key.empty() ||
      !crypto::verify_rs256(public_key, assertion.signed_part, assertion.signature))
    return refuse("invalid assertion");
  if (std::ranges::find_first_of(assertion.audiences, audiences) == assertion.audiences.end())
    return refuse("audience is invalid");
  if (assertion.expires_at + kSkew <= now) return refuse("assertion has expired");
  if (assertion.expires_at > now + kLongestLife + kSkew)
    return refuse("assertion expires too late: three minutes are allowed");
  if (assertion.not_before > now + kSkew) return refuse("assertion is not valid yet");
  return {};
}

}  // namespace stockbell::access::oauth
