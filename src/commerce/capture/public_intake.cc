#include "commerce/capture/public_intake.h"

#include <thread>

#include "commerce/protection/cross_origin.h"

namespace stockbell::commerce {
namespace {

using std::chrono::steady_clock;
constexpr std::int64_t kLongestPauseUs = 20'000;

}  // namespace

std::string retry_after(Duration wait) {
  return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count()));
}

Duration PublicIntake::overrun(const http::Request& request) {
  // A shop's own server asks with a key for many shoppers; it is not one client.
  if (request.principal.role != http::Role::anonymous) return Duration(0);
  return door_.overrun(request.client_address);
}

// Looks up what accept() would and takes the time it takes, so that a stopwatch does not tell whose
// mailbox is over its limit.
Result<> PublicIntake::pretend(const NotificationRequest& request) {
  SB_TRY(known, sku_known_(request.sku));
  if (!known)
    return fail(ErrorCode::invalid, "sku-unknown", "there is no item with this SKU", "sku");
  std::this_thread::sleep_for(std::chrono::microseconds(usual_us_.load(std::memory_order_relaxed)));
  return {};
}

Result<Reception> PublicIntake::admit(const NotificationRequest& request, Knock knock,
                                      const http::Request& message) {
  knock.with_key = message.principal.role != http::Role::anonymous;
  if (const auto* site = sites_.find(request.site); site && !knock.with_key)
    SB_CHECK(check_origin(*site, message));
  knock.client_address = message.client_address;
  knock.site = request.site;
  knock.sku = request.sku;
  knock.mailbox = request.email_normalized;
  return door_.receive(knock);
}

Result<> PublicIntake::keep(const NotificationRequest& request, const Reception& reception) {
  if (reception.answer == Reception::Answer::drop) return pretend(request);
  const auto began = steady_clock::now();
  SB_CHECK(capture_.accept(request));
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began).count();
  const auto usual = usual_us_.load(std::memory_order_relaxed);
  usual_us_.store(std::min(kLongestPauseUs, usual + (took - usual) / 8), std::memory_order_relaxed);
  return {};
}

void PublicIntake::keep_promptly(const NotificationRequest& request, const Reception& reception,
                                 CaptureService::Done done) {
  if (reception.answer == Reception::Answer::drop)
    capture_.accept_nothing(std::move(done));
  else
    capture_.accept_known(request, std::move(done));
}

Result<Reception> PublicIntake::take(const NotificationRequest& request, const Knock& knock,
                                     const http::Request& message) {
  SB_TRY(reception, admit(request, knock, message));
  if (reception.passes()) SB_CHECK(keep(request, reception));
  return reception;
}

}  // namespace stockbell::commerce
