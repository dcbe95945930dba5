#include "engagement/preferences/preference_rules.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

namespace stockbell::engagement {

ShownState shown_state(Stage stage, RequestStatus status, bool messaged) {
  if (stage == Stage::pending) return ShownState::pending;
  if (stage == Stage::waiting) return ShownState::waiting;
  if (stage == Stage::entered) return ShownState::entered;
  switch (status) {
    case RequestStatus::purchased:
      return ShownState::bought;
    case RequestStatus::cancelled:
      return ShownState::stopped;
    case RequestStatus::expired:
      return ShownState::expired;
    case RequestStatus::undeliverable:
      return ShownState::undeliverable;
    case RequestStatus::sent:
    case RequestStatus::opened:
    case RequestStatus::clicked:
      return ShownState::told;
    default:  // the CRM has yet to say how it ended
      return messaged ? ShownState::told : ShownState::stopped;
  }
}

MayWrite may_write(const NoticeCount& past_day, Time now) {
  if (past_day.count >= kNoticesPerDay) return MayWrite::not_today;
  if (past_day.last && now - *past_day.last < kNoticePause) return MayWrite::later;
  return MayWrite::now;
}

std::string client_network(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1)
    return fmt::format("{}.{}.{}.0/24", bytes[0], bytes[1], bytes[2]);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return "";
  static constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
    return fmt::format("{}.{}.{}.0/24", bytes[12], bytes[13], bytes[14]);
  std::fill(bytes.begin() + 6, bytes.end(), 0);
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return fmt::format("{}/48", text.data());
}

std::string masked(const std::string& email) {
  const auto at = email.rfind('@');
  if (at == std::string::npos || at == 0) return "";
  std::size_t first = 1;  // one whole UTF-8 character
  while (first < at && (static_cast<unsigned char>(email[first]) & 0xC0) == 0x80) ++first;
  return email.substr(0, first) + "…" + email.substr(at);
}

}  // namespace stockbell::engagement
