// Asks a captcha provider whether its widget was passed: the "siteverify" call that Turnstile,
// hCaptcha and reCAPTCHA share (POST secret, response, remoteip as a form; JSON with "success").
// Optional. A provider that does not answer in time counts as away, for half a minute; then the
// front door asks for work instead. Thread-safe; verify() takes up to the time-out. Step 2.
#pragma once
#include <atomic>
#include <semaphore>
#include <string>

#include "base/clock.h"
#include "platform/http/client.h"

namespace stockbell::commerce {

struct CaptchaOptions {
  std::string verify_url;  // empty: there is no captcha
  std::string secret;
  std::string field = "cf-turnstile-response";  // where the form carries the widget's answer
  bool always = false;                          // asked of every post, not only when one is challenged
  std::chrono::milliseconds timeout = std::chrono::seconds(3);
};

enum class CaptchaState { missing, passed, failed, away };

class Captcha {
 public:
  explicit Captcha(CaptchaOptions options) : options_(std::move(options)) {}

  const CaptchaOptions& options() const { return options_; }
  bool configured() const { return !options_.verify_url.empty(); }
  bool away(Time now) const { return to_ms(now) < away_until_.load(std::memory_order_relaxed); }
  CaptchaState verify(std::string_view answer, const std::string& client_address, Time now);

 private:
  CaptchaState ask(std::string_view answer, const std::string& client_address);

  CaptchaOptions options_;
  http::Client client_;
  std::counting_semaphore<64> calls_{8};  // a slow provider never takes all workers
  std::atomic<std::int64_t> away_until_ = 0;
};

}  // namespace stockbell::commerce
