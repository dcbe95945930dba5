// Tokens, digests, signatures and passwords, all on libsodium. Used by access, tracking links, SFTP
// accounts. Every function is thread-safe. Comparisons of secrets take constant time.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace stockbell::crypto {

std::string base64url(std::string_view bytes);  // without padding
std::optional<std::string> base64url_decode(std::string_view text);
std::string base64(std::string_view bytes);  // with padding
std::optional<std::string> base64_decode(std::string_view text);

std::string random_token(Random& random, std::size_t bytes);  // base64url of that many bytes
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
// A row id that follows from a name, the same everywhere: 63 bits of its SHA-256, never 0.
std::int64_t derived_id(std::string_view name);
// HMAC-SHA256 with a 32-byte key (RFC 2104): tells nothing of `bytes` to whoever lacks the key.
std::string keyed_digest_hex(std::string_view key32, std::string_view bytes);

// Signs short payloads into tokens for links: base64url(payload ‖ first 16 bytes of HMAC-SHA256).
class Signer {
 public:
  explicit Signer(std::string key32);  // exactly 32 bytes
  std::string sign(std::string_view payload) const;
  std::optional<std::string> verify(std::string_view token) const;  // the payload, if we signed it

 private:
  std::string mac(std::string_view payload) const;
  std::string key_;
};

// Argon2id, 19 MiB and two passes, as a self-describing text. About 25 ms.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);

// The 32-byte key in `file`; made, mode 0600, when there is none. A file of another length is an
// error.
Result<std::string> load_or_create_key(const std::filesystem::path& file, Random& random);

}  // namespace stockbell::crypto
