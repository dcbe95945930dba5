// The shop tells that somebody bought: the requests of that mailbox for that SKU have served their
// purpose. Commerce to the CRM; local: a direct call; remote: queries and updates over REST.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell {

struct Purchase {
  std::string email;             // as the order has it; valid
  std::string email_normalized;  // what identifies a mailbox (platform/text)
  std::string sku;
  std::string site;      // "": any site
  std::string order_id;  // with the SKU: the same purchase, however often it is told
  Time at{};             // when it was ordered
  int quantity = 1;
};

class Purchases {
 public:
  virtual ~Purchases() = default;
  // Requests that the mailbox made before the purchase become Purchased, unconfirmed ones
  // Cancelled; the timeline names the order. Idempotent by order and SKU.
  // ErrorCode::unavailable: nothing may have been kept, tell it again.
  virtual Result<> record(const Purchase& purchase) = 0;
};

}  // namespace stockbell
