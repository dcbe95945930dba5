// Klaviyo's client intake, so that an existing snippet works by changing its host:
// POST /client/back-in-stock-subscriptions?company_id=… (JSON:API) and the older form posts
// /onsite/components/back-in-stock/subscribe and /api/v1/catalog/subscribe. Such a snippet knows of
// no page tokens and does no work: the limits and origins hold, who goes beyond them waits, and the
// way in is open only for the companies that the configuration names. Step 2.
#pragma once
#include "commerce/capture/public_intake.h"

namespace stockbell::commerce {

// Which site a snippet's company id means. A company that is not here is refused, a site's key, too.
using KlaviyoCompanies = std::map<std::string, std::string, std::less<>>;
// Of "company=site" texts. Errors: invalid "config-value-invalid".
Result<KlaviyoCompanies> read_klaviyo_companies(const std::vector<std::string>& texts,
                                                const Sites& sites);

// `intake` must outlive the router.
void add_klaviyo_routes(http::Router& router, PublicIntake& intake, KlaviyoCompanies companies);

}  // namespace stockbell::commerce
