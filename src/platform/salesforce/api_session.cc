#include "platform/salesforce/api_session.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace stockbell::salesforce {
namespace {

constexpr std::size_t kAnswerLimit = 24 * 1024 * 1024;  // of `updated`: some 600,000 ids

// Retry-After: seconds; a date, or nothing that can be read, counts as a minute.
Duration retry_after(const std::string& text) {
  std::int64_t seconds = 60;
  const auto end = text.data() + text.size();
  std::int64_t read = 0;
  if (std::from_chars(text.data(), end, read).ptr == end && !text.empty()) seconds = read;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 1, 3600));
}

}  // namespace

std::string header_of(const http::Response& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers)
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0)
      return value;
  return "";
}

bool weaker_than(const std::string& configured, const std::string& other) {
  return configured.starts_with("https://") && !other.starts_with("https://");
}

void ApiSession::pause(Duration time) {
  std::lock_guard lock(mutex_);
  not_before_ = std::max(not_before_, clock_.now() + time);
}

Result<http::Response> ApiSession::exchange(http::ClientRequest request) {
  {
    std::lock_guard lock(mutex_);
    if (clock_.now() < not_before_)
      return fail(ErrorCode::unavailable, "server-paused",
                  "the server asked to be left alone for a while");
  }
  request.connect_timeout = options_.connect_timeout;
  request.timeout = options_.timeout;
  request.response_limit = kAnswerLimit;
  request.ca_file = options_.ca_file;
  SB_TRY(answer, client_.fetch(request));
  if (answer.status == 429 || answer.status == 503)
    if (const auto wait = header_of(answer, "Retry-After"); !wait.empty()) pause(retry_after(wait));
  return std::move(answer);
}

Result<Access> ApiSession::access(const std::string& refused_token) {
  std::lock_guard one_at_a_time(signing_in_);
  const bool usable = access_ && access_->token != refused_token &&
                      (!access_->good_until || clock_.now() < *access_->good_until);
  if (!usable) {
    access_.reset();
    SB_TRY(made, sign_in_(*this));
    access_ = made;
  }
  return *access_;
}

Result<http::Response> ApiSession::call(const ApiCall& call) {
  std::string refused_token;
  for (int attempt = 0;; ++attempt) {
    SB_TRY(access, this->access(refused_token));
    http::ClientRequest request;
    request.method = call.method;
    request.url = access.url + call.target;
    request.headers = {{"Authorization", "Bearer " + access.token}, {"Accept", "application/json"}};
    if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body;
    SB_TRY(answer, exchange(std::move(request)));
    if (answer.status != 401) return std::move(answer);
    if (attempt == 1)
      return fail(ErrorCode::unauthorized, "token-refused",
                  "the server gives a token and then does not take it");
    refused_token = access.token;
  }
}

}  // namespace stockbell::salesforce
