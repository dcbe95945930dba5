// Keyed 64-bit digests (SipHash-2-4) of networks, mailboxes and items: what the front door remembers
// of a client instead of its address. Without the key nothing can be told from one. Immutable,
// thread-safe. Step 2.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stockbell::commerce {

enum class DigestOf : char { network = 'n', mailbox = 'm', site = 's', item = 'i', letter = 'l' };

class Digests {
 public:
  explicit Digests(std::string_view key32);
  std::uint64_t of(DigestOf kind, std::string_view text) const;
  // Of the client's network: an IPv4 address, or the first 64 bits of an IPv6 address. IPv4 in IPv6
  // ("::ffff:192.0.2.1") is IPv4. Any other text is its own network.
  std::uint64_t of_network(const std::string& address) const;

 private:
  std::array<unsigned char, 16> key_;
};

// One digest for each of the things that are counted about the same asker.
inline std::uint64_t counted_as(std::uint64_t asker, std::uint64_t what) {
  auto mixed = (asker ^ what) * 0x9e3779b97f4a7c15;
  return mixed ^ (mixed >> 32);
}

}  // namespace stockbell::commerce
