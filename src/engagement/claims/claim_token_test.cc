#include "engagement/claims/claim_token.h"

#include <gtest/gtest.h>

#include "platform/crypto/crypto.h"

namespace stockbell::engagement {
namespace {

using std::chrono::hours;

const Time kNow(hours(24 * 365 * 56));

Claim claim() { return {MessageId{77}, RequestId{123456}, "S-1 \"x\"", 2, kNow, kNow + hours(24)}; }
const ClaimTokens tokens("https://shop.example", "0123456789abcdef0123456789abcdef");

std::string reason(std::string_view token, Time now = kNow) {
  const auto read = tokens.verify(token, now);
  return read ? "none" : read.error().reason;
}

TEST(ClaimToken, SaysWhatWasSignedUntilItEnds) {
  const auto token = tokens.sign(claim());
  EXPECT_EQ(tokens.verify(token, kNow + hours(23)), claim());
  EXPECT_EQ(reason(token, kNow + hours(24)), "claim-expired");
}

TEST(ClaimToken, IsGoodForNothingWhenAnythingOfItIsChanged) {
  const auto token = tokens.sign(claim());
  for (std::size_t at = 0; at < token.size(); ++at) {
    auto other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_NE(reason(other), "none") << at;
  }
  EXPECT_EQ(reason(token + "A"), "claim-forged");
  EXPECT_EQ(reason(token.substr(0, token.size() - 1)), "claim-forged");
  EXPECT_EQ(reason(""), "claim-malformed");
  EXPECT_EQ(reason(std::string(5000, '.')), "claim-malformed");
}

TEST(ClaimToken, IsNotTakenFromAnotherShopOrUnderAnotherAlgorithm) {
  const ClaimTokens elsewhere("https://other.example", tokens.secret());
  EXPECT_EQ(reason(elsewhere.sign(claim())), "claim-forged");
  const ClaimTokens stranger("https://shop.example", "another secret");
  EXPECT_EQ(reason(stranger.sign(claim())), "claim-forged");
  const auto token = tokens.sign(claim());
  const auto body = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
  const auto none = crypto::base64url(R"({"alg":"none"})") + body;
  EXPECT_EQ(reason(none + "."), "claim-forged");
  const auto resigned = none + "." + crypto::base64url(crypto::hmac_sha256(tokens.secret(), none));
  EXPECT_EQ(reason(resigned), "claim-malformed") << "whoever has the secret, not in our form";
}

TEST(ClaimToken, StandsInTheQueryOfTheAddress) {
  EXPECT_EQ(with_claim("https://a/p", "claim", "T"), "https://a/p?claim=T");
  EXPECT_EQ(with_claim("https://a/p?x=1#y", "claim", "T"), "https://a/p?x=1&claim=T#y");
  EXPECT_EQ(with_claim("https://a/p?", "c", "T"), "https://a/p?c=T");
}

}  // namespace
}  // namespace stockbell::engagement
