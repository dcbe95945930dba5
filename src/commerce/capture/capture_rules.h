// What a notification request must be like. Pure. Steps 1-3. Who may send how many is for
// commerce/protection.
#pragma once
#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "commerce/sites/sites.h"
#include "contracts/notification_intake.h"

namespace stockbell::commerce {

// The fields of a form or JSON body, by name; everything as text.
using CaptureFields = std::map<std::string, std::string, std::less<>>;

struct CaptureContext {
  const Sites* sites = nullptr;  // null: the one site "default"
  std::string referer;           // of the HTTP request: the page, when the fields do not name it
  Time now{};
};

// Errors: invalid, with the field: "sku", "email", "first_name", "last_name", "phone", "locale",
// "site", "quantity", "page_url" or "consent_version". request_key is not filled in; whether the
// SKU exists is the service's to ask.
Result<NotificationRequest> parse_capture(const CaptureFields& fields,
                                          const CaptureContext& context);

}  // namespace stockbell::commerce
