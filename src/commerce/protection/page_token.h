// Page tokens: proof that whoever posts the notify form has seen a page for that item on that site a
// moment ago. Short signed texts bound to a site, a set of SKUs and the time of issue; nothing is
// stored. The storefront puts one into the page, GET /api/v1/page-token gives one to a shop of its
// own. Thread-safe. Step 2. The protocol: docs/front-door.md.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "commerce/protection/digests.h"
#include "platform/crypto/crypto.h"

namespace stockbell::commerce {

// What a post's `page_token` is worth.
enum class TokenState {
  valid,    // signed here, for this site and SKU, neither too young nor too old
  missing,  // the field is not there or empty
  expired,  // signed here for this site and SKU, but too old (a cached page, a tab left open) or
            // from before the clock was set back
  early,    // posted faster than a person fills in a form
  other,    // signed here for another site or other SKUs
  forged,   // not signed here
};

struct TokenAge {
  Duration youngest = std::chrono::seconds(2);
  Duration oldest = std::chrono::hours(2);
};

class PageTokens {
 public:
  PageTokens(const std::string& key32, TokenAge age);

  // For the page of these SKUs, a product's variants; of more than kSkusInToken the first ones.
  // About 35 characters and 4 for each SKU, fit for a hidden field and a query as it is.
  std::string issue(std::string_view site, std::span<const std::string> skus, Time now) const;
  TokenState check(std::string_view token, std::string_view site, std::string_view sku,
                   Time now) const;
  const TokenAge& age() const { return age_; }

 private:
  std::string mark_of(std::string_view site, std::string_view sku) const;
  crypto::Signer signer_;
  Digests digests_;
  TokenAge age_;
};

inline constexpr std::size_t kSkusInToken = 250;

}  // namespace stockbell::commerce
