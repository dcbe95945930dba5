// The proof of an invitation that a shop can honour: a JSON Web Token (RFC 7519, HS256) in the
// address that a message leads to, good for one request until its invitation ends. Whoever has the
// shared secret verifies it without asking (docs/claims.md has the format for shops). Immutable,
// thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

namespace stockbell::engagement {

struct Claim {
  MessageId message;
  RequestId request;
  std::string sku;
  std::int64_t quantity = 1;
  Time issued_at{}, expires_at{};  // whole seconds
  bool operator==(const Claim&) const = default;
};

class ClaimTokens {
 public:
  // `secret`: the very bytes that shops have, see docs/claims.md.
  ClaimTokens(std::string issuer, std::string secret)
      : issuer_(std::move(issuer)), secret_(std::move(secret)) {}

  std::string sign(const Claim& claim) const;
  // Errors: invalid ("claim-malformed", "claim-forged": not signed by us, "claim-expired").
  Result<Claim> verify(std::string_view token, Time now) const;

  const std::string& issuer() const { return issuer_; }
  const std::string& secret() const { return secret_; }

 private:
  std::string mac(std::string_view head_and_body) const;
  std::string issuer_, secret_;
};

// `url` with the token as a parameter of its query; before the fragment.
std::string with_claim(const std::string& url, const std::string& parameter,
                       const std::string& token);

}  // namespace stockbell::engagement
