#include "commerce/protection/digests.h"

#include <arpa/inet.h>
#include <sodium.h>

#include <cstring>

#include "platform/crypto/crypto.h"

namespace stockbell::commerce {

Digests::Digests(std::string_view key32) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  const auto derived = crypto::hmac_sha256(key32, "front door digests");
  std::memcpy(key_.data(), derived.data(), key_.size());
}

std::uint64_t Digests::of(DigestOf kind, std::string_view text) const {
  std::string whole(1, static_cast<char>(kind));
  whole += text;
  std::uint64_t digest = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&digest),
                   reinterpret_cast<const unsigned char*>(whole.data()), whole.size(), key_.data());
  return digest;
}

std::uint64_t Digests::of_network(const std::string& address) const {
  std::array<unsigned char, 16> bits{};
  if (inet_pton(AF_INET, address.c_str(), bits.data()) == 1)
    return of(DigestOf::network, {reinterpret_cast<const char*>(bits.data()), 4});
  if (inet_pton(AF_INET6, address.c_str(), bits.data()) != 1) return of(DigestOf::network, address);
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto* text = reinterpret_cast<const char*>(bits.data());
  if (std::memcmp(bits.data(), mapped.data(), mapped.size()) == 0)
    return of(DigestOf::network, {text + 12, 4});
  return of(DigestOf::network, {text, 8});
}

}  // namespace stockbell::commerce
