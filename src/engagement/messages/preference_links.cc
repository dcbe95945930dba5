#include "engagement/messages/preference_links.h"

#include <fmt/format.h>

#include "engagement/extensions/paging.h"

namespace stockbell::engagement {

std::string PreferenceLinks::url(std::string_view folder, PreferenceKind kind,
                                 const std::string& subject, Time expires_at) const {
  return fmt::format("{}/{}/{}", public_url_, folder,
                     signer_.sign(fmt::format("{}:{}:{}", static_cast<char>(kind), subject,
                                              to_ms(expires_at) / 1000)));
}

std::string PreferenceLinks::confirm(MessageId message, Time expires_at) const {
  return url("confirm", PreferenceKind::confirm, std::to_string(message.value), expires_at);
}

std::string PreferenceLinks::keep(MessageId message, Time expires_at) const {
  return url("keep", PreferenceKind::keep, std::to_string(message.value), expires_at);
}

std::string PreferenceLinks::manage(const std::string& address_key, Time now) const {
  return url("manage", PreferenceKind::manage, address_key, now + kManageLife);
}

std::optional<PreferenceToken> PreferenceLinks::read(PreferenceKind kind,
                                                     std::string_view token) const {
  const auto payload = signer_.verify(token);
  if (!payload || payload->size() < 5 || payload->front() != static_cast<char>(kind)) return {};
  const auto border = payload->find(':', 2);
  if (border == std::string::npos) return {};
  const auto subject = payload->substr(2, border - 2);
  const auto ends = parse_number(std::string_view(*payload).substr(border + 1));
  if (!ends) return {};
  PreferenceToken read{{}, {}, from_ms(*ends * 1000)};
  if (kind == PreferenceKind::manage) {
    if (subject.size() != 64) return {};
    read.address_key = subject;
    return read;
  }
  const auto message = parse_number(subject);
  if (!message) return {};
  read.message = MessageId{*message};
  return read;
}

}  // namespace stockbell::engagement
