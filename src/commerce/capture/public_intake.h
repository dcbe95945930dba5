// What every public way in for notification requests shares: a request past its own form goes
// through the front door and, let in, to CaptureService. What is dropped is answered in the same way
// and after the same time as what is kept. Used by capture_routes and klaviyo_routes. Thread-safe.
// Step 2.
#pragma once
#include <atomic>
#include <functional>

#include "commerce/capture/capture_service.h"
#include "commerce/protection/front_door.h"
#include "commerce/protection/protection_routes.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

class PublicIntake {
 public:
  // All must outlive it.
  PublicIntake(CaptureService& capture, FrontDoor& door, const Sites& sites, const Clock& clock,
               SkuKnown sku_known)
      : capture_(capture), door_(door), sites_(sites), clock_(clock), sku_known_(std::move(sku_known)) {}

  // More than zero: how long this client has to wait before its post is looked at.
  Duration overrun(const http::Request& request);
  // Past the front door? Fills in the knock's site, SKU and mailbox. Errors: forbidden
  // "origin-not-allowed".
  Result<Reception> admit(const NotificationRequest& request, Knock knock,
                          const http::Request& message);
  // Keeps what was let in, durably; of what is to be dropped it only pretends. Waits. Errors: those
  // of CaptureService::accept.
  Result<> keep(const NotificationRequest& request, const Reception& reception);
  // Both.
  Result<Reception> take(const NotificationRequest& request, const Knock& knock,
                         const http::Request& message);

  // Whether keep_promptly() may be called in place of keep(): from a thread that must not wait.
  bool may_keep_promptly(const NotificationRequest& request, const Knock& knock) {
    return knock.captcha.empty() && capture_.knows_at_once(request.sku);
  }
  void keep_promptly(const NotificationRequest& request, const Reception& reception,
                     CaptureService::Done done);

  const Sites& sites() const { return sites_; }
  Time now() const { return clock_.now(); }
  const CaptchaOptions& captcha() const { return door_.options().captcha; }

 private:
  Result<> pretend(const NotificationRequest& request);

  CaptureService& capture_;
  FrontDoor& door_;
  const Sites& sites_;
  const Clock& clock_;
  SkuKnown sku_known_;
  std::atomic<std::int64_t> usual_us_ = 0;  // how long accept() takes of late
};

// A whole number of seconds for Retry-After, at least one.
std::string retry_after(Duration wait);

}  // namespace stockbell::commerce
