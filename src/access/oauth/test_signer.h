// For tests: an RSA key of its own, and JWTs signed with it or otherwise.
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>

#include "platform/crypto/crypto.h"

namespace stockbell::access::oauth {

class TestSigner {
 public:
  TestSigner() : key_(EVP_RSA_gen(2048)) {}
  ~TestSigner() { EVP_PKEY_free(key_); }
  TestSigner(const TestSigner&) = delete;
  TestSigner& operator=(const TestSigner&) = delete;

  std::string public_key() const {
    auto* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key_);
    char* bytes = nullptr;
    auto size = BIO_get_mem_data(bio, &bytes);
    std::string out(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
  }

  static std::string parts(const std::string& header, const std::string& payload) {
    return crypto::base64url(header) + "." + crypto::base64url(payload);
  }
  std::string jwt(const std::string& payload,
                  const std::string& header = R"({"alg":"RS256","typ":"JWT"})") const {
    auto text = parts(header, payload);
    return text + "." + crypto::base64url(signature(text));
  }

 private:
  std::string signature(const std::string& text) const {
    auto* context = EVP_MD_CTX_new();
    std::string out(512, '\0');
    std::size_t size = out.size();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    out.resize(size);
    return out;
  }
  EVP_PKEY* key_;
};

}  // namespace stockbell::access::oauth
