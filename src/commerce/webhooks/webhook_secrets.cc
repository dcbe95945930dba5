#include "commerce/webhooks/webhook_secrets.h"

#include "platform/crypto/crypto.h"

namespace stockbell::commerce {
namespace {

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different = static_cast<unsigned char>(different | (a[i] ^ b[i]));
  return different == 0;
}

}  // namespace

Result<WebhookSecrets> WebhookSecrets::parse(std::string_view text, std::string_view key,
                                             const std::string& main_site) {
  WebhookSecrets secrets;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" ,\t\r\n"), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const auto equals = word.find('=');
    // A secret may end in "=" of its own base64.
    const bool named = equals != word.npos && word.find_first_not_of('=', equals) != word.npos;
    const auto secret = named ? word.substr(equals + 1) : word;
    if (secret.size() < 8 || (named && equals == 0))
      return fail(ErrorCode::invalid, "config-value-invalid",
                  std::string(key) +
                      ": write the secret of the shop (8 characters or more), or site=SECRET for "
                      "each site, separated by blanks",
                  std::string(key));
    secrets.secrets_.emplace(named ? std::string(word.substr(0, equals)) : main_site, secret);
  }
  return secrets;
}

bool WebhookSecrets::verify(const std::string& site, std::string_view body,
                            std::string_view signature) const {
  bool good = false;
  const auto [first, last] = secrets_.equal_range(site);
  for (auto entry = first; entry != last; ++entry)
    good = same(crypto::base64(crypto::hmac_sha256(entry->second, body)), signature) || good;
  return good;
}

}  // namespace stockbell::commerce
