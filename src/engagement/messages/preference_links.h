// The signed addresses that need no account: /confirm/{token}, /keep/{token}, /manage/{token}. A
// token names a message or a mailbox (by its digest) and when it ends, and nothing else. Immutable,
// thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "platform/crypto/crypto.h"

namespace stockbell::engagement {

enum class PreferenceKind : char { confirm = 'f', keep = 'k', manage = 'm' };

struct PreferenceToken {
  MessageId message;        // confirm, keep
  std::string address_key;  // manage
  Time expires_at{};
};

class PreferenceLinks {
 public:
  static constexpr Duration kManageLife = std::chrono::hours(24 * 90);

  // `public_url` without a slash at its end.
  PreferenceLinks(std::string public_url, crypto::Signer signer)
      : public_url_(std::move(public_url)), signer_(std::move(signer)) {}

  std::string confirm(MessageId message, Time expires_at) const;
  std::string keep(MessageId message, Time expires_at) const;
  std::string manage(const std::string& address_key, Time now) const;
  // Empty unless we signed it for this kind; an expired one is read, too.
  std::optional<PreferenceToken> read(PreferenceKind kind, std::string_view token) const;

 private:
  std::string url(std::string_view folder, PreferenceKind kind, const std::string& subject,
                  Time expires_at) const;

  std::string public_url_;
  crypto::Signer signer_;
};

}  // namespace stockbell::engagement
