// What a notification request must be like, and who may send how many. Steps 1-3. Rules are pure;
// RateLimiter is thread-safe.
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

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

struct RateLimit {
  double requests_per_minute = 30;  // 0: no limit
  double burst = 20;
  int ipv4_prefix = 32, ipv6_prefix = 64;  // addresses that share this many bits are one client
};

// "203.0.113.9" or an IPv6 address as the text of its network; other text as it is.
std::string client_network(const std::string& address, const RateLimit& limit);

// A token bucket per client network. Forgets networks whose bucket is full again.
class RateLimiter {
 public:
  RateLimiter(const Clock& clock, RateLimit limit) : clock_(clock), limit_(limit) {}
  // 0: go ahead; else seconds until the next request may pass.
  std::chrono::seconds take(const std::string& address);

 private:
  struct Bucket {
    double tokens = 0;
    Time at{};
  };
  void forget_full(Time now);

  const Clock& clock_;
  RateLimit limit_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace stockbell::commerce
