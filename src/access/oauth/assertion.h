// JWT bearer assertions (RFC 7523, RFC 7519): a client proves itself by a signature instead of its
// secret. Read and judged here, without any state; OAuth looks for replays. Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::access::oauth {

struct Assertion {
  std::string issuer;                  // iss: the client_id
  std::string subject;                 // sub: a user, or the client itself
  std::vector<std::string> audiences;  // aud
  Time expires_at{};
  Time not_before{};  // nbf; the epoch when absent
  std::string
      signed_part;  // header.payload: what the signature covers, and no other text stands for it
  std::string signature;
};

inline constexpr std::size_t kAssertionBytes = 8 * 1024;

// Reads without trusting. Invalid ("invalid_grant"): not a JWT, or signed by another algorithm than
// RS256 ("none" and HS256 among them), or without iss, sub, aud and exp.
Result<Assertion> parse_assertion(std::string_view text);

// Invalid ("invalid_grant"): the signature is not by `public_key`, none of `audiences` is meant, it
// has expired, or will live longer than three minutes (30 s of skew are allowed).
Result<> judge(const Assertion& assertion, const std::string& public_key,
               const std::vector<std::string>& audiences, Time now);

}  // namespace stockbell::access::oauth
