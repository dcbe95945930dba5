// A signed-in conversation with a Salesforce server: signs in when it must, keeps the token, signs
// in once more when the server no longer takes it, keeps connections, and leaves the server alone
// when it asks for that. Used by the clients beside it. Thread-safe. Steps 3, 6 and 14 when the
// boxes run apart.
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "platform/http/client.h"

namespace stockbell::salesforce {

struct ServerOptions {
  std::string url;  // "https://example.my.salesforce.com", without a path
  std::string client_id, client_secret;
  std::string ca_file{};  // PEM of authorities to trust instead of the system's
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

struct Access {
  std::string token;
  std::string url;                   // where the calls go
  std::optional<Time> good_until{};  // when the server says so
};

struct ApiCall {
  std::string method = "GET";
  std::string target;  // "/services/data/v59.0/limits": path and query, encoded
  std::string body{};  // JSON
};

class ApiSession {
 public:
  // Asks for a token. Errors: unauthorized for credentials the server does not take.
  using SignIn = std::function<Result<Access>(ApiSession&)>;

  ApiSession(ServerOptions options, const Clock& clock, SignIn sign_in)
      : options_(std::move(options)), clock_(clock), sign_in_(std::move(sign_in)) {}

  // Any complete answer but a 401 that a new token does not mend. Errors: unavailable (no answer,
  // or "server-paused" while the server wants to be left alone), unauthorized, too_large.
  Result<http::Response> call(const ApiCall& call);
  // One exchange without a token, for signing in.
  Result<http::Response> exchange(http::ClientRequest request);
  // No call leaves for this long.
  void pause(Duration time);

  const ServerOptions& options() const { return options_; }
  Time now() const { return clock_.now(); }

 private:
  Result<Access> access(const std::string& refused_token);

  const ServerOptions options_;
  const Clock& clock_;
  const SignIn sign_in_;
  http::Client client_;
  std::mutex signing_in_;  // one at a time; guards access_
  std::optional<Access> access_;
  std::mutex mutex_;  // guards not_before_
  Time not_before_{};
};

// Header values of an answer; "" when absent.
std::string header_of(const http::Response& answer, std::string_view name);
// Is `other` on http though `configured` is on https? Tokens do not go there.
bool weaker_than(const std::string& configured, const std::string& other);

}  // namespace stockbell::salesforce
