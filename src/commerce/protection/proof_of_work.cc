#include "commerce/protection/proof_of_work.h"

#include <sodium.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "platform/crypto/crypto.h"

namespace stockbell::commerce {
namespace {

// value = base64url(payload) "." seed, where the seed is the payload's signature: whoever has not
// the challenge cannot begin. The payload: kind, bits, time, network and a random number.
struct Payload {
  unsigned char kind = 'w';
  unsigned char bits = 0;
  std::array<unsigned char, 6> made_at{};  // ms
  std::array<unsigned char, 4> network{};
  std::array<unsigned char, 8> unique{};
};
static_assert(sizeof(Payload) == 20);
constexpr std::size_t kPayloadText = 27, kSeedText = 22;  // in base64url
constexpr std::size_t kSolutionText = kSolutionNumbers * 11;

std::uint64_t number_of(const unsigned char* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (auto i = count; i-- > 0;) number = number << 8 | bytes[i];
  return number;
}

void put(unsigned char* bytes, std::size_t count, std::uint64_t number) {
  for (std::size_t i = 0; i < count; ++i, number >>= 8)
    bytes[i] = static_cast<unsigned char>(number);
}

std::optional<Payload> payload_of(std::string_view value) {
  if (value.size() != kPayloadText + 1 + kSeedText || value[kPayloadText] != '.') return {};
  const auto bytes = crypto::base64url_decode(value.substr(0, kPayloadText));
  if (!bytes || bytes->size() != sizeof(Payload)) return {};
  Payload payload;
  std::memcpy(&payload, bytes->data(), sizeof payload);
  if (payload.kind != Payload{}.kind) return {};
  return payload;
}

std::string_view text_of(const Payload& payload) {
  return {reinterpret_cast<const char*>(&payload), sizeof payload};
}

// The numbers as text, in rising order; empty: it is not such a list.
std::optional<std::array<std::uint32_t, kSolutionNumbers>> numbers_of(std::string_view solution) {
  std::array<std::uint32_t, kSolutionNumbers> numbers{};
  if (solution.size() > kSolutionText) return {};
  const char* at = solution.data();
  const char* end = at + solution.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return {};
    if (end - at > 1 && *at == '0' && at[1] != '.') return {};  // one text for one number
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc() || (i > 0 && numbers[i] <= numbers[i - 1])) return {};
    at = next;
  }
  if (at != end) return {};
  return numbers;
}

}  // namespace

bool is_solution(std::string_view seed, std::uint32_t number, int bits) {
  std::array<char, 64> text{};
  const auto length = std::min(seed.size(), text.size() - 12);
  std::memcpy(text.data(), seed.data(), length);
  text[length] = ':';
  const auto end = std::to_chars(text.data() + length + 1, text.data() + text.size(), number).ptr;
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     static_cast<unsigned long long>(end - text.data()));
  const auto head = std::uint32_t{digest[0]} << 24 | std::uint32_t{digest[1]} << 16 |
                    std::uint32_t{digest[2]} << 8 | digest[3];
  return std::countl_zero(head) >= bits;
}

ProofOfWork::ProofOfWork(std::string_view key32, Random& random, Time started)
    : key_(crypto::hmac_sha256(key32, "proof of work")), random_(random), started_(started) {}

std::string ProofOfWork::mac(std::string_view payload) const {
  return crypto::base64url(crypto::hmac_sha256(key_, payload).substr(0, 16));
}

Challenge ProofOfWork::make(std::uint64_t network, int effort, Time now) const {
  Challenge challenge;
  challenge.count = kSolutionNumbers;
  challenge.bits = std::clamp(effort, kLeastEffort, kMostEffort) - std::countr_zero(8u);
  challenge.expires_at = now + kChallengeLife;
  Payload payload;
  payload.bits = static_cast<unsigned char>(challenge.bits);
  put(payload.made_at.data(), payload.made_at.size(), static_cast<std::uint64_t>(to_ms(now)));
  put(payload.network.data(), payload.network.size(), network);
  put(payload.unique.data(), payload.unique.size(), random_.next());
  challenge.seed = mac(text_of(payload));
  challenge.value = crypto::base64url(text_of(payload)) + "." + challenge.seed;
  return challenge;
}

WorkState ProofOfWork::check(std::string_view value, std::string_view solution,
                             std::uint64_t network, Time now) const {
  if (value.empty() || solution.empty()) return WorkState::missing;
  const auto payload = payload_of(value);
  const auto numbers = numbers_of(solution);
  if (!payload || !numbers) return WorkState::wrong;
  const auto seed = value.substr(kPayloadText + 1);
  const auto expected = mac(text_of(*payload));
  if (sodium_memcmp(seed.data(), expected.data(), kSeedText) != 0) return WorkState::wrong;
  if (number_of(payload->network.data(), 4) != (network & 0xffffffff)) return WorkState::wrong;
  const auto made_at =
      from_ms(static_cast<std::int64_t>(number_of(payload->made_at.data(), payload->made_at.size())));
  // What was solved before the start is forgotten: none of those challenges is taken again.
  if (made_at < started_ || now - made_at > kChallengeLife) return WorkState::expired;
  for (const auto number : *numbers)
    if (!is_solution(seed, number, payload->bits)) return WorkState::wrong;
  const auto unique = number_of(payload->unique.data(), payload->unique.size());
  return used_.debt(unique, now) > Debt(0) ? WorkState::used : WorkState::done;
}

bool ProofOfWork::use(std::string_view value, Time now) {
  const auto payload = payload_of(value);
  if (!payload) return false;
  const auto unique = number_of(payload->unique.data(), payload->unique.size());
  return used_.take(unique, {1, kChallengeLife}, now) == Duration(0);
}

}  // namespace stockbell::commerce
