#include "platform/crypto/rsa.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace stockbell::crypto {
namespace {

constexpr std::size_t kLongestPem = 64 * 1024;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

// A PEM that is enciphered is none of ours: nobody is asked for its password.
int no_password(char*, int, int, void*) { return 0; }

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Key key_of(std::string_view pem) {
  if (pem.size() > kLongestPem) return {};
  auto certificate_source = reader(pem);
  Certificate certificate(
      PEM_read_bio_X509(certificate_source.get(), nullptr, no_password, nullptr));
  Key key(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  if (!key) {
    auto key_source = reader(pem);
    key.reset(PEM_read_bio_PUBKEY(key_source.get(), nullptr, no_password, nullptr));
  }
  ERR_clear_error();
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return {};
  const int bits = EVP_PKEY_get_bits(key.get());
  return bits >= 2048 && bits <= 8192 ? std::move(key) : Key();
}

}  // namespace

Result<std::string> read_rsa_public_key(std::string_view pem) {
  const auto key = key_of(pem);
  if (!key)
    return fail(ErrorCode::invalid, "certificate-invalid",
                "not a PEM certificate or public key with an RSA key of 2048 to 8192 bits",
                "certificate");
  Bio target(BIO_new(BIO_s_mem()));
  char* bytes = nullptr;
  if (PEM_write_bio_PUBKEY(target.get(), key.get()) != 1) throw std::bad_alloc();
  const auto size = BIO_get_mem_data(target.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

bool verify_rs256(std::string_view public_key_pem, std::string_view message,
                  std::string_view signature) {
  const auto key = key_of(public_key_pem);
  if (!key) return false;
  DigestContext context(EVP_MD_CTX_new());
  const bool good =
      context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace stockbell::crypto
