// Who may call: API keys, console users and their sessions. Used by the application as the server's
// Authenticate, and by the command line to make keys and users. Thread-safe; all state is in its
// store. Passwords, keys and cookies are kept as hashes.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::access {

inline constexpr std::string_view kCookie = "stockbell_session";

class AccessBox {
 public:
  AccessBox(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}
  static std::span<const db::Migration> migrations();

  // The new key, "sbk_...": the only time it can be read.
  Result<std::string> create_key(http::Role role, std::string_view name);
  // Makes the user, or gives an existing one a new password (ending their sessions). Answers the
  // password, made up when none is given. Errors: "email-invalid", "password-short" (under 12
  // characters).
  Result<std::string> add_user(std::string_view email, std::optional<std::string> password = {});

  // `Authorization: Bearer KEY` or the console's cookie; anonymous when there is neither, or one
  // that is unknown. A cookie counts for unsafe methods only with `X-Stockbell-Console: 1`, which
  // no other site's form or script can send.
  Result<http::Principal> authenticate(const http::Request& request);

  // POST /api/v1/session {"email","password"} -> 204 and the cookie; 401, or 429 after ten bad
  // passwords in 15 minutes. GET /api/v1/session -> {"email","role"} or 401. DELETE /api/v1/session
  // -> 204.
  void add_routes(http::Router& router);

 private:
  Result<http::Response> sign_in(const http::Request& request);
  Result<http::Response> show_session(const http::Request& request);
  Result<http::Response> sign_out(const http::Request& request);
  Result<> check_password(const std::string& email, const std::string& password);
  Result<std::string> open_session(const std::string& email);
  Result<http::Principal> principal_of_key(std::string_view key);
  Result<std::optional<std::string>> email_of_session(const std::string& token);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace stockbell::access
