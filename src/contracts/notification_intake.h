// Arrow 3: commerce hands a shopper's request to the CRM. Local: a direct call; remote: the flow
// action over REST.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace stockbell {

// What the shopper agreed to, kept as evidence.
struct Consent {
  std::string text_version;  // of the sentence beside the form
  Time given_at{};
  std::string page_url;  // address of the page the form stood on
};

struct NotificationRequest {
  std::string request_key;       // commerce's idempotency key: the same key is the same request
  std::string email;             // as typed, trimmed; valid
  std::string email_normalized;  // what identifies a mailbox (platform/text)
  std::string first_name, last_name, phone;
  std::string sku;
  std::string site;    // "default"
  std::string locale;  // BCP 47, "en-GB"
  int quantity = 1;
  Time requested_at{};
  Consent consent;
  // Double opt-in: recorded as Pending, and rings for nobody until the mailbox has confirmed it.
  bool needs_confirmation = false;
};

struct IntakeReceipt {
  ContactId contact;
  RequestId request;
  bool contact_created = false;
  bool request_created = false;  // false: an open request of this contact, SKU and site was there
};

class NotificationIntake {
 public:
  virtual ~NotificationIntake() = default;
  // Atomic and idempotent; concurrent twins get the same ids. ErrorCode::unavailable means: try
  // again later.
  virtual Result<IntakeReceipt> submit(const NotificationRequest& request) = 0;
  // The same for several, in order: one result each. After a temporary error the rest is not tried
  // and gets the same, so that none overtakes. The remote one carries them in one call.
  virtual std::vector<Result<IntakeReceipt>> submit_all(
      std::span<const NotificationRequest> requests) {
    std::vector<Result<IntakeReceipt>> receipts;
    for (const auto& request : requests) {
      const bool away =
          !receipts.empty() && !receipts.back() && receipts.back().error().temporary();
      receipts.push_back(away ? receipts.back() : submit(request));
    }
    return receipts;
  }
};

}  // namespace stockbell
