#include "platform/crypto/rsa.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "platform/crypto/crypto.h"

namespace stockbell::crypto {
namespace {

std::string output_of(const std::string& command) {
  std::string out;
  std::array<char, 4096> bytes;
  auto* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  while (auto got = ::fread(bytes.data(), 1, bytes.size(), pipe)) out.append(bytes.data(), got);
  ::pclose(pipe);
  return out;
}

class Rsa : public testing::Test {
 protected:
  Rsa() {
    char name[] = "/tmp/stockbell_rsa_XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~Rsa() override { output_of("rm -r " + directory_); }
  std::string openssl(const std::string& rest) {
    return output_of("cd " + directory_ + " && openssl " + rest);
  }
  std::string directory_;
};

TEST_F(Rsa, VerifiesWhatOpensslSigned) {
  auto certificate =
      openssl("req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=shop -keyout key.pem");
  auto key = read_rsa_public_key(certificate);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(*key, openssl("pkey -in key.pem -pubout"));
  EXPECT_EQ(*read_rsa_public_key(*key), *key);
  auto signature =
      output_of("printf message | openssl dgst -sha256 -sign " + directory_ + "/key.pem");
  EXPECT_TRUE(verify_rs256(*key, "message", signature));
  EXPECT_FALSE(verify_rs256(*key, "massage", signature));
  EXPECT_FALSE(verify_rs256(*key, "message", ""));
  signature.back() ^= 1;
  EXPECT_FALSE(verify_rs256(*key, "message", signature));
  auto other = openssl("genrsa 2048 | openssl pkey -pubout");
  EXPECT_FALSE(verify_rs256(other, "message", signature));
  EXPECT_FALSE(verify_rs256("", "message", signature));
}

TEST_F(Rsa, RefusesOtherKeys) {
  for (const auto& text : {std::string(), std::string("-----BEGIN PUBLIC KEY-----\n"),
                           std::string(100'000, 'x'), openssl("genrsa 1024 | openssl pkey -pubout"),
                           openssl("ecparam -genkey -name prime256v1 | openssl pkey -pubout"),
                           openssl("genrsa -traditional 2048")})
    EXPECT_EQ(read_rsa_public_key(text).error().reason, "certificate-invalid") << text;
}

TEST(DerivedId, IsPositiveAndAlwaysTheSame) {
  EXPECT_EQ(derived_id("abc"), 0x3a7816bf8f01cfea);  // FIPS 180 vector without its highest bit
  EXPECT_NE(derived_id("user:a"), derived_id("user:b"));
}

TEST(HmacSha256, GivesTheVectorOfRfc4231) {
  EXPECT_EQ(base64(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

}  // namespace
}  // namespace stockbell::crypto
