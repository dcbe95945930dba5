#include "platform/crypto/crypto.h"

#include <sodium.h>

#include <stdexcept>

namespace stockbell::crypto {
namespace {

constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kKeyBytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void ready() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

std::string encode(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), variant);
  out.pop_back();  // the NUL that libsodium writes
  return out;
}

std::optional<std::string> decode(std::string_view text, int variant) {
  // libsodium takes some bytes above 0x7f for '-' or '+': one payload would have many tokens.
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return {};
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  auto* target = reinterpret_cast<unsigned char*>(out.data());
  if (sodium_base642bin(target, out.size(), text.data(), text.size(), nullptr, &length, &end,
                        variant) != 0 ||
      end != text.data() + text.size())
    return {};
  out.resize(length);
  return out;
}

}  // namespace

std::string base64url(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
std::optional<std::string> base64url_decode(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
std::string base64(std::string_view bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }
std::optional<std::string> base64_decode(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string random_token(Random& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill({reinterpret_cast<unsigned char*>(raw.data()), raw.size()});
  return base64url(raw);
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, bytes_of(bytes), bytes.size());
  char hex[sizeof digest * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return hex;
}

std::int64_t derived_id(std::string_view name) {
  const auto hex = sha256_hex(name).substr(0, 16);
  const auto id = static_cast<std::int64_t>(std::stoull(hex, nullptr, 16) & INT64_MAX);
  return id == 0 ? 1 : id;
}

std::string keyed_digest_hex(std::string_view key32, std::string_view bytes) {
  if (key32.size() != kKeyBytes) throw std::invalid_argument("a digest's key has 32 bytes");
  unsigned char digest[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256(digest, bytes_of(bytes), bytes.size(), bytes_of(key32));
  char hex[sizeof digest * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return hex;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  crypto_auth_hmacsha256_state state;
  unsigned char digest[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
  crypto_auth_hmacsha256_final(&state, digest);
  return std::string(reinterpret_cast<const char*>(digest), sizeof digest);
}

Signer::Signer(std::string key32) : key_(std::move(key32)) {
  if (key_.size() != kKeyBytes) throw std::invalid_argument("a signing key has 32 bytes");
}

std::string Signer::mac(std::string_view payload) const {
  unsigned char digest[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256(digest, bytes_of(payload), payload.size(), bytes_of(key_));
  return std::string(reinterpret_cast<const char*>(digest), kMacBytes);
}

std::string Signer::sign(std::string_view payload) const {
  return base64url(std::string(payload) + mac(payload));
}

std::optional<std::string> Signer::verify(std::string_view token) const {
  auto raw = base64url_decode(token);
  if (!raw || raw->size() < kMacBytes) return {};
  std::string given = raw->substr(raw->size() - kMacBytes);
  raw->resize(raw->size() - kMacBytes);
  if (sodium_memcmp(given.data(), mac(*raw).data(), kMacBytes) != 0) return {};
  return raw;
}

std::string hash_password(std::string_view password) {
  ready();
  char out[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(out, password.data(), password.size(), 2, 19 * 1024 * 1024,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return out;
}

bool verify_password(std::string_view hash, std::string_view password) {
  ready();
  return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

}  // namespace stockbell::crypto
