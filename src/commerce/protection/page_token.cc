#include "commerce/protection/page_token.h"

namespace stockbell::commerce {
namespace {

// A token is a letter for its kind, six bytes of time (ms) and three bytes for each SKU. Three are
// enough: tokens are to be had for any item, so that nobody gains by finding a twin.
constexpr char kKind = 'p';
constexpr std::size_t kTimeBytes = 6, kMarkBytes = 3, kHeadBytes = 1 + kTimeBytes;
constexpr std::size_t kLongest = (kHeadBytes + kMarkBytes * kSkusInToken + 16) * 4 / 3 + 4;
constexpr Duration kClocksApart = std::chrono::seconds(5);  // of two servers with the same key

}  // namespace

PageTokens::PageTokens(const std::string& key32, TokenAge age)
    : signer_(crypto::hmac_sha256(key32, "page token")), digests_(key32), age_(age) {}

std::string PageTokens::mark_of(std::string_view site, std::string_view sku) const {
  std::string name(site);
  name += '\0';
  name += sku;
  const auto digest = digests_.of(DigestOf::item, name);
  return {static_cast<char>(digest), static_cast<char>(digest >> 8),
          static_cast<char>(digest >> 16)};
}

std::string PageTokens::issue(std::string_view site, std::span<const std::string> skus,
                              Time now) const {
  std::string payload(1, kKind);
  for (std::size_t byte = 0; byte < kTimeBytes; ++byte)
    payload += static_cast<char>(to_ms(now) >> (8 * byte));
  for (const auto& sku : skus.first(std::min(skus.size(), kSkusInToken)))
    payload += mark_of(site, sku);
  return signer_.sign(payload);
}

TokenState PageTokens::check(std::string_view token, std::string_view site, std::string_view sku,
                             Time now) const {
  if (token.empty()) return TokenState::missing;
  if (token.size() > kLongest) return TokenState::forged;
  const auto payload = signer_.verify(token);
  if (!payload || payload->size() < kHeadBytes || payload->front() != kKind ||
      (payload->size() - kHeadBytes) % kMarkBytes != 0)
    return TokenState::forged;
  const auto mark = mark_of(site, sku);
  bool named = false;
  for (auto at = kHeadBytes; at < payload->size(); at += kMarkBytes)
    named = named || payload->compare(at, kMarkBytes, mark) == 0;
  if (!named) return TokenState::other;
  std::int64_t ms = 0;
  for (std::size_t byte = kTimeBytes; byte-- > 0;)
    ms = ms << 8 | static_cast<unsigned char>((*payload)[1 + byte]);
  const auto age = now - from_ms(ms);
  if (age < -kClocksApart) return TokenState::expired;  // our clock was set back; nobody's misdeed
  if (age < age_.youngest) return TokenState::early;
  return age > age_.oldest ? TokenState::expired : TokenState::valid;
}

}  // namespace stockbell::commerce
