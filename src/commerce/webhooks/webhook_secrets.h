// The secrets that shops sign their webhooks with, one per site, and the check of a signature:
// base64 of HMAC-SHA256 over the body as it came. Immutable after start.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::commerce {

class WebhookSecrets {
 public:
  // "SECRET" (of the main site) or "site=SECRET site=SECRET", several for one site while a secret
  // is changed. Error: invalid "config-value-invalid"; it never quotes the text.
  static Result<WebhookSecrets> parse(std::string_view text, std::string_view key,
                                      const std::string& main_site);
  bool has(const std::string& site) const { return secrets_.contains(site); }
  // In constant time for any signature of the right length.
  bool verify(const std::string& site, std::string_view body, std::string_view signature) const;

 private:
  std::multimap<std::string, std::string> secrets_;
};

}  // namespace stockbell::commerce
