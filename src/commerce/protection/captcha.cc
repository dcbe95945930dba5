#include "commerce/protection/captcha.h"

#include "platform/log/log.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kLongestAnswer = 8 * 1024;
constexpr Duration kAway = std::chrono::seconds(30);

// What the provider says of us, not of the shopper.
bool is_our_fault(const boost::json::object& answer) {
  const auto* codes = answer.if_contains("error-codes");
  if (!codes || !codes->is_array()) return false;
  return std::ranges::any_of(codes->get_array(), [](const auto& code) {
    return code.is_string() && (std::string_view(code.get_string()).find("secret") !=
                                    std::string_view::npos ||
                                code.get_string() == "internal-error");
  });
}

}  // namespace

CaptchaState Captcha::ask(std::string_view answer, const std::string& client_address) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = options_.verify_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = "secret=" + text::url_encode(options_.secret) +
                 "&response=" + text::url_encode(answer) +
                 "&remoteip=" + text::url_encode(client_address);
  request.connect_timeout = request.timeout = options_.timeout;
  request.response_limit = 64 * 1024;
  const auto response = client_.fetch(request);
  if (!response) {
    log::warning("captcha-away", {{"reason", response.error().reason}});
    return CaptchaState::away;
  }
  const auto body = text::parse_json_object(response->body);
  const auto* success = body ? body->if_contains("success") : nullptr;
  if (response->status != 200 || !success || !success->is_bool() || is_our_fault(*body)) {
    log::warning("captcha-away", {{"reason", "answer"}, {"status", std::to_string(response->status)}});
    return CaptchaState::away;
  }
  return success->get_bool() ? CaptchaState::passed : CaptchaState::failed;
}

CaptchaState Captcha::verify(std::string_view answer, const std::string& client_address,
                             Time now) {
  if (!configured() || answer.empty()) return CaptchaState::missing;
  if (answer.size() > kLongestAnswer) return CaptchaState::failed;
  if (away(now) || !calls_.try_acquire()) return CaptchaState::away;
  struct Return {
    std::counting_semaphore<64>& calls;
    ~Return() { calls.release(); }
  } finally{calls_};
  const auto state = ask(answer, client_address);
  if (state == CaptchaState::away)
    away_until_.store(to_ms(now + kAway), std::memory_order_relaxed);
  return state;
}

}  // namespace stockbell::commerce
