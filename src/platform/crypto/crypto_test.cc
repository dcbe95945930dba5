#include "platform/crypto/crypto.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace stockbell::crypto {
namespace {

TEST(Base64, EncodesAndDecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64url("\xff\xfe"), "__4");
  EXPECT_EQ(base64_decode("Zm8="), "fo");
  EXPECT_EQ(base64url_decode("__4"), "\xff\xfe");
  EXPECT_EQ(base64url_decode(""), "");
}

TEST(Base64, RefusesOtherText) {
  EXPECT_FALSE(base64_decode("Zm8"));
  EXPECT_FALSE(base64_decode("Zm8=\n"));
  EXPECT_FALSE(base64url_decode("a+b/"));
  EXPECT_FALSE(base64url_decode("aGV\x80\xff\xff\xff\x36"));
  EXPECT_FALSE(base64url_decode("Zm8="));
  EXPECT_FALSE(base64url_decode("A"));
}

TEST(Sha256, GivesTheDigestOfFips180) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(RandomToken, HasTheLengthAskedForAndDiffers) {
  SystemRandom random;
  auto first = random_token(random, 32);
  EXPECT_EQ(base64url_decode(first)->size(), 32u);
  EXPECT_NE(first, random_token(random, 32));
}

TEST(Signer, GivesBackThePayloadItSigned) {
  Signer signer(std::string(32, 'k'));
  std::string payload("message 7\0\xff", 11);
  EXPECT_EQ(signer.verify(signer.sign(payload)), payload);
  EXPECT_EQ(signer.verify(signer.sign("")), "");
}

TEST(Signer, RefusesEveryChangedCharacter) {
  Signer signer(std::string(32, 'k'));
  auto token = signer.sign("click:12");
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(signer.verify(forged)) << i;
  }
  EXPECT_FALSE(signer.verify(""));
  EXPECT_FALSE(signer.verify("short"));
  EXPECT_FALSE(Signer(std::string(32, 'x')).verify(token));
}

TEST(Password, IsVerifiedAgainstItsHashOnly) {
  auto hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_FALSE(verify_password("not a hash", ""));
}

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    char name[] = "/tmp/stockbell_key_XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~KeyFile() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
  SystemRandom random_;
};

TEST(KeyedDigest, IsHmacSha256) {
  std::string key;
  for (char c = 0; c < 32; ++c) key += c;
  EXPECT_EQ(keyed_digest_hex(key, "ada@example.com"),
            "5c820b4a5aac8f31eb6741825bfecb8e"
            "97f00488d5edaed1ae2908c29d0b7e38");
  key.front() = 1;
  EXPECT_NE(keyed_digest_hex(key, "ada@example.com").substr(0, 8), "5c820b4a");
  EXPECT_THROW(keyed_digest_hex("short", ""), std::invalid_argument);
}

TEST_F(KeyFile, IsMadeOnceAndPrivate) {
  auto file = directory_ / "keys" / "links.key";
  auto key = load_or_create_key(file, random_);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->size(), 32u);
  EXPECT_EQ(*load_or_create_key(file, random_), *key);
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_ / "keys"), {}), 1);
}

TEST_F(KeyFile, OfAnotherLengthIsRefused) {
  std::ofstream(directory_ / "links.key") << "short";
  auto key = load_or_create_key(directory_ / "links.key", random_);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().reason, "key-file");
}

}  // namespace
}  // namespace stockbell::crypto
