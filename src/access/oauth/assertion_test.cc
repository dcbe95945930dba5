#include "access/oauth/assertion.h"

#include <gtest/gtest.h>

#include "access/oauth/test_signer.h"

namespace stockbell::access::oauth {
namespace {

const TestSigner& signer() {
  static const TestSigner one;
  return one;
}

class AssertionTest : public testing::Test {
 protected:
  static constexpr std::int64_t kNow = 1'800'000'000;
  static std::string claims(std::int64_t exp, const std::string& aud = R"("https://bell")") {
    return R"({"iss":"shop","sub":"ann@example.com","aud":)" + aud + R"(,"exp":)" +
           std::to_string(exp) + "}";
  }
  // The description of the refusal; "" when it is accepted.
  static std::string outcome(const std::string& jwt,
                             const std::string& key = signer().public_key()) {
    auto assertion = parse_assertion(jwt);
    if (!assertion) return assertion.error().message;
    EXPECT_FALSE(assertion->issuer.empty());
    auto judged = judge(*assertion, key, {"https://bell", "https://login.salesforce.com"},
                        from_ms(kNow * 1000));
    if (judged) return "";
    EXPECT_EQ(judged.error().reason, "invalid_grant");
    return judged.error().message;
  }
};

TEST_F(AssertionTest, TakesWhatTheClientSigned) {
  EXPECT_EQ(outcome(signer().jwt(claims(kNow + 180))), "");
  EXPECT_EQ(outcome(signer().jwt(claims(kNow + 60, R"(["x","https://login.salesforce.com"])"))),
            "");
  EXPECT_EQ(
      outcome(signer().jwt(R"({"iss":"a","sub":"b","aud":"https://bell","exp":1800000060.5})")),
      "");
  EXPECT_EQ(
      outcome(signer().jwt(R"({"iss":"a","sub":"b","aud":"https://bell","exp":"1800000060"})")),
      "");
  auto read = parse_assertion(signer().jwt(claims(kNow + 180)));
  EXPECT_EQ(read->issuer, "shop");
  EXPECT_EQ(read->subject, "ann@example.com");
}

TEST_F(AssertionTest, RefusesOtherAlgorithmsAndKeys) {
  auto good = claims(kNow + 60);
  EXPECT_EQ(outcome(TestSigner::parts(R"({"alg":"none"})", good) + "."), "invalid assertion");
  EXPECT_EQ(outcome(TestSigner::parts(R"({"alg":"none"})", good) + ".AAAA"), "invalid assertion");
  // The public key as the secret of an HMAC.
  auto text = TestSigner::parts(R"({"alg":"HS256"})", good);
  auto mac = crypto::base64url(crypto::hmac_sha256(signer().public_key(), text));
  EXPECT_EQ(outcome(text + "." + mac), "invalid assertion");
  text = TestSigner::parts(R"({"alg":"RS256"})", good);
  EXPECT_EQ(
      outcome(text + "." + crypto::base64url(crypto::hmac_sha256(signer().public_key(), text))),
      "invalid assertion");
  for (auto header : {R"({"alg":"rs256"})", R"({"alg":"RS512"})", R"({"alg":["RS256"]})", R"({})",
                      R"({"alg":"RS256","crit":["exp"]})"})
    EXPECT_EQ(outcome(signer().jwt(good, header)), "invalid assertion") << header;
  TestSigner other;
  EXPECT_EQ(outcome(other.jwt(good)), "invalid assertion");
  EXPECT_EQ(outcome(signer().jwt(good), ""), "invalid assertion");
  // A key that the caller brings along counts for nothing.
  EXPECT_EQ(outcome(other.jwt(good, R"({"alg":"RS256","jwk":{"kty":"RSA"},"kid":"../key"})")),
            "invalid assertion");
}

TEST_F(AssertionTest, RefusesWhatWasChanged) {
  auto jwt = signer().jwt(claims(kNow + 60));
  auto forged = TestSigner::parts(
      R"({"alg":"RS256","typ":"JWT"})",
      R"({"iss":"shop","sub":"boss@example.com","aud":"https://bell","exp":1800000060})");
  EXPECT_EQ(outcome(forged + jwt.substr(jwt.rfind('.'))), "invalid assertion");
  EXPECT_EQ(outcome(jwt + "="), "invalid assertion");
  EXPECT_EQ(outcome(jwt + ".x"), "invalid assertion");
  EXPECT_EQ(outcome(jwt.substr(0, jwt.rfind('.'))), "invalid assertion");
  EXPECT_EQ(outcome(""), "invalid assertion");
  EXPECT_EQ(outcome(std::string(100'000, 'a')), "invalid assertion");
}

TEST_F(AssertionTest, LooksAtTimes) {
  EXPECT_EQ(outcome(signer().jwt(claims(kNow - 29))), "");
  EXPECT_EQ(outcome(signer().jwt(claims(kNow - 30))), "assertion has expired");
  EXPECT_EQ(outcome(signer().jwt(claims(kNow + 210))), "");
  EXPECT_NE(outcome(signer().jwt(claims(kNow + 211))).find("too late"), std::string::npos);
  auto with_nbf = [](std::int64_t nbf) {
    return R"({"iss":"a","sub":"b","aud":"https://bell","exp":1800000060,"nbf":)" +
           std::to_string(nbf) + "}";
  };
  EXPECT_EQ(outcome(signer().jwt(with_nbf(kNow + 30))), "");
  EXPECT_EQ(outcome(signer().jwt(with_nbf(kNow + 31))), "assertion is not valid yet");
}

TEST_F(AssertionTest, RefusesOddClaims) {
  EXPECT_EQ(outcome(signer().jwt(claims(kNow + 60, R"("https://elsewhere")"))),
            "audience is invalid");
  EXPECT_EQ(outcome(signer().jwt(claims(kNow + 60, "[]"))), "audience is invalid");
  for (auto payload :
       {R"({"sub":"b","aud":"https://bell","exp":1800000060})",
        R"({"iss":"a","aud":"https://bell","exp":1800000060})",
        R"({"iss":"a","sub":"b","aud":"https://bell"})",
        R"({"iss":"a","sub":"b","aud":"https://bell","exp":"18000000601234"})",
        R"({"iss":"a","sub":"b","aud":"https://bell","exp":1e300})",
        R"({"iss":"a","sub":"b","aud":"https://bell","exp":-1})",
        R"({"iss":["a"],"sub":"b","aud":"https://bell","exp":1800000060})", "[]", "{", "\xff"})
    EXPECT_EQ(outcome(signer().jwt(payload)), "invalid assertion") << payload;
}

}  // namespace
}  // namespace stockbell::access::oauth
