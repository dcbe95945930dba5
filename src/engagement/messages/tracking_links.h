// The signed addresses in a message: pixel, click, unsubscribe. A token names its kind, message and
// link and nothing else; the target of a click comes from the stored message. Immutable,
// thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "platform/crypto/crypto.h"

namespace stockbell::engagement {

enum class LinkKind : char { open = 'o', click = 'c', unsubscribe = 'u' };

struct LinkToken {
  LinkKind kind = LinkKind::open;
  MessageId message;
  int link = 0;  // number of the link in the message
};

class TrackingLinks {
 public:
  // `public_url` without a slash at its end.
  TrackingLinks(std::string public_url, crypto::Signer signer)
      : public_url_(std::move(public_url)), signer_(std::move(signer)) {}

  std::string token(const LinkToken& link) const;
  std::string url(const LinkToken& link) const;  // https://shop.example/c/{token}
  // Empty unless we signed it for this kind. A ".gif" at the end of an open's token is passed over.
  std::optional<LinkToken> read(LinkKind kind, std::string_view token) const;

 private:
  std::string public_url_;
  crypto::Signer signer_;
};

}  // namespace stockbell::engagement
