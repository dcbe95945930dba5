#include "base/id.h"

namespace stockbell {
namespace {

constexpr std::int64_t kEpochMs = 1704067200000;  // 2024-01-01
constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kChecksum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

// The three characters that make a 15-character id safe where case is lost: one per five
// characters, a bit per capital.
std::string checksum(std::string_view id15) {
  std::string out;
  for (int chunk = 0; chunk < 3; ++chunk) {
    unsigned bits = 0;
    for (int i = 0; i < 5; ++i) {
      const char c = id15[static_cast<std::size_t>(chunk * 5 + i)];
      if (c >= 'A' && c <= 'Z') bits |= 1u << i;
    }
    out += kChecksum[bits];
  }
  return out;
}

}  // namespace

std::int64_t IdGenerator::next() {
  const auto ms = to_ms(clock_.now()) - kEpochMs;
  std::lock_guard lock(mutex_);
  ++last_;
  // A fresh millisecond starts at a random place in the lower half, so that two processes rarely
  // meet.
  if (last_ >> 22 < ms) last_ = (ms << 22) | static_cast<std::int64_t>(random_.next() & 0x1fffff);
  return last_;
}

std::string to_record_id(std::string_view prefix, std::int64_t id) {
  std::string digits(12, '0');
  auto rest = static_cast<std::uint64_t>(id);
  for (auto it = digits.rbegin(); it != digits.rend() && rest; ++it, rest /= 62)
    *it = kDigits[rest % 62];
  auto text = std::string(prefix) + digits;
  return text + checksum(text);
}

std::optional<std::int64_t> parse_record_id(std::string_view prefix, std::string_view text) {
  if ((text.size() != 15 && text.size() != 18) || !text.starts_with(prefix)) return {};
  if (text.size() == 18 && text.substr(15) != checksum(text.substr(0, 15))) return {};
  std::uint64_t value = 0;
  for (const char c : text.substr(3, 12)) {
    const auto digit = kDigits.find(c);
    if (digit == kDigits.npos || value > (INT64_MAX - digit) / 62) return {};
    value = value * 62 + digit;
  }
  if (value == 0) return {};
  return static_cast<std::int64_t>(value);
}

}  // namespace stockbell
