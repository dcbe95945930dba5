#include "engagement/messages/tracking_links.h"

#include "engagement/extensions/paging.h"

namespace stockbell::engagement {

std::string TrackingLinks::token(const LinkToken& link) const {
  return signer_.sign(
      fmt::format("{}:{}:{}", static_cast<char>(link.kind), link.message.value, link.link));
}

std::string TrackingLinks::url(const LinkToken& link) const {
  return fmt::format("{}/{}/{}{}", public_url_, static_cast<char>(link.kind), token(link),
                     link.kind == LinkKind::open ? ".gif" : "");
}

std::optional<LinkToken> TrackingLinks::read(LinkKind kind, std::string_view token) const {
  if (kind == LinkKind::open && token.ends_with(".gif")) token.remove_suffix(4);
  const auto payload = signer_.verify(token);
  if (!payload || payload->size() < 5 || payload->front() != static_cast<char>(kind)) return {};
  const auto second = payload->find(':', 2);
  if (second == std::string::npos) return {};
  const auto message = parse_number(std::string_view(*payload).substr(2, second - 2));
  const auto link = parse_number(std::string_view(*payload).substr(second + 1));
  if (!message || !link) return {};
  return LinkToken{kind, MessageId{*message}, static_cast<int>(*link)};
}

}  // namespace stockbell::engagement
