#include "platform/salesforce/salesforce_client.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "platform/log/log.h"
#include "platform/salesforce/api_answer.h"
#include "platform/text/text.h"

namespace stockbell::salesforce {
namespace {

constexpr Duration kLimitPause = std::chrono::minutes(10);

// "api-usage=18/5000"
ApiUsage parse_usage(std::string_view text) {
  ApiUsage usage;
  const auto at = text.find("api-usage=");
  if (at == text.npos) return usage;
  const auto* end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data() + at + 10, end, usage.used);
  if (error != std::errc() || slash == end || *slash != '/' ||
      std::from_chars(slash + 1, end, usage.most).ec != std::errc())
    return {};
  return usage;
}

std::optional<Time> parse_http_date(const std::string& text) {
  std::tm parts{};
  if (text.empty() || strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr)
    return {};
  return from_ms(static_cast<std::int64_t>(timegm(&parts)) * 1000);
}

}  // namespace

SalesforceClient::SalesforceClient(SalesforceOptions options, const Clock& clock)
    : options_(std::move(options)),
      session_(options_.server, clock, [this](ApiSession& session) { return sign_in(session); }) {}

Result<Access> SalesforceClient::sign_in(ApiSession& session) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = options_.server.url + "/services/oauth2/token";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body =
      "grant_type=client_credentials&client_id=" + text::url_encode(options_.server.client_id) +
      "&client_secret=" + text::url_encode(options_.server.client_secret);
  SB_TRY(answer, session.exchange(std::move(request)));
  if (answer.status != 200) return fail(core_error(answer).within("signing in"));
  SB_TRY(body, parse_answer(answer.body));
  Access access{text_of(body, "access_token"), text_of(body, "instance_url")};
  while (access.url.ends_with('/')) access.url.pop_back();
  if (access.url.empty()) access.url = options_.server.url;
  if (access.token.empty() || !access.url.starts_with("http"))
    return fail(ErrorCode::unavailable, "answer-invalid", "signing in: the answer has no token");
  if (weaker_than(options_.server.url, access.url))
    return fail(ErrorCode::unauthorized, "instance-url-insecure",
                "signing in: the server names an address without TLS for its calls");
  return access;
}

void SalesforceClient::note(const http::Response& answer) {
  const auto usage = parse_usage(header_of(answer, "Sforce-Limit-Info"));
  const auto date = parse_http_date(header_of(answer, "Date"));
  std::lock_guard lock(mutex_);
  if (usage.most > 0) {
    if (usage.near_limit() && !usage_.near_limit())
      log::warning("salesforce-limit-near",
                   {{"used", std::to_string(usage.used)}, {"most", std::to_string(usage.most)}});
    usage_ = usage;
  }
  if (date) {
    const auto ahead = *date - session_.now();
    ahead_ = std::chrono::abs(ahead) > options_.clock_tolerance ? ahead : Duration(0);
  }
}

Result<SalesforceClient::Answer> SalesforceClient::ask(ApiCall call) {
  if (!call.target.starts_with("/services"))
    call.target = "/services/data/v" + options_.api_version + call.target;
  SB_TRY(answer, session_.call(call));
  note(answer);
  if (answer.status == 204 || (answer.status < 300 && answer.body.empty()))
    return Answer{answer.status, nullptr};
  auto body = parse_answer(answer.body);
  if (answer.status >= 500 || answer.status == 403 || answer.status == 429 || !body) {
    auto error = answer.status < 300 ? std::move(body).error() : core_error(answer);
    if (error.reason == "REQUEST_LIMIT_EXCEEDED") {
      session_.pause(kLimitPause);
      log::warning("salesforce-limit-reached",
                   {{"pause_s", std::to_string(kLimitPause.count() / 1000)}});
    }
    return fail(std::move(error));
  }
  return Answer{answer.status, std::move(*body)};
}

Result<boost::json::value> SalesforceClient::call(ApiCall call) {
  SB_TRY(answer, ask(std::move(call)));
  if (answer.status >= 200 && answer.status < 300) return std::move(answer.body);
  if (answer.body.is_array() && !answer.body.get_array().empty())
    return fail(error_of_element(answer.body.get_array().front(), answer.status));
  http::Response bare;
  bare.status = answer.status;
  return fail(core_error(bare));
}

Result<> SalesforceClient::check() {
  SB_CHECK(get("/limits"));
  return {};
}

ApiUsage SalesforceClient::usage() const {
  std::lock_guard lock(mutex_);
  return usage_;
}

Time SalesforceClient::server_now() const {
  std::lock_guard lock(mutex_);
  return session_.now() + ahead_;
}

}  // namespace stockbell::salesforce
