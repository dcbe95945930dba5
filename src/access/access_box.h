// Who may call: API keys, console users and their sessions, OAuth tokens of both. Used by the
// application as the server's Authenticate, and by the command line to make keys and users.
// Thread-safe; all state is in its store. Passwords, keys, tokens and cookies are kept as hashes.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/oauth/oauth.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::access {

inline constexpr std::string_view kCookie = "stockbell_session";

// A key as it may be shown; the key itself never is again.
struct KeyEntry {
  std::string id;  // 16 hexadecimal digits
  std::string name;
  http::Role role = http::Role::anonymous;
  bool signs = false;  // a certificate is registered for signed assertions
  Time created_at{};
};

class AccessBox final : private oauth::Accounts {
 public:
  AccessBox(db::Database& database, const Clock& clock, Random& random,
            oauth::OAuthOptions options = {});
  static std::span<const db::Migration> migrations();

  // The new key, "sbk_...": the only time it can be read. The name is its client_id, too; without
  // one it is the role's, or the role's with a number. `certificate`: PEM, for signed assertions.
  // Errors: conflict ("key-name-taken"), invalid ("role-invalid", "name-invalid",
  // "certificate-invalid").
  Result<std::string> create_key(http::Role role, std::string_view name,
                                 std::string_view certificate = {});
  Result<std::vector<KeyEntry>> list_keys();  // by name
  // Ends the key and all its tokens. `name_or_id`: a name goes before an id. not_found:
  // "key-unknown".
  Result<> revoke_key(const std::string& name_or_id);

  // Makes the user, or gives an existing one a new password (ending their sessions and tokens).
  // Answers the password, made up when none is given. Errors: "email-invalid", "password-short"
  // (under 12 characters).
  Result<std::string> add_user(std::string_view email, std::optional<std::string> password = {});
  // Ends the user, their sessions and tokens. not_found: "user-unknown".
  Result<> remove_user(std::string_view email);

  // `Authorization: Bearer KEY`, `Bearer TOKEN` or `OAuth TOKEN`, or the console's cookie;
  // anonymous when there is none of them, or one that is unknown or has expired. A cookie counts
  // for unsafe methods only with `X-Stockbell-Console: 1`, which no other site's form or script can
  // send.
  Result<http::Principal> authenticate(const http::Request& request);

  // POST /api/v1/session {"email","password"} -> 204 and the cookie; 401, or 429 after ten bad
  // passwords in 15 minutes. GET /api/v1/session -> {"email","role"} or 401. DELETE /api/v1/session
  // -> 204. And the routes of OAuth.
  void add_routes(http::Router& router);

 private:
  Result<http::Response> sign_in(const http::Request& request);
  Result<http::Response> show_session(const http::Request& request);
  Result<http::Response> sign_out(const http::Request& request);
  Result<> check_password(const std::string& email, const std::string& password,
                          const std::string& network);
  Result<std::string> open_session(const std::string& email);
  Result<http::Principal> principal_of_key(std::string_view key);
  Result<std::optional<std::string>> email_of_session(const std::string& token);

  Result<oauth::Client> check_client(const std::string& id, const std::string& secret,
                                     const std::string& network) override;
  Result<std::optional<oauth::Client>> find_client(const std::string& id) override;
  Result<std::string> check_user(const std::string& name, const std::string& password,
                                 const std::string& network) override;
  Result<std::optional<std::string>> find_user(const std::string& name) override;

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  oauth::OAuth oauth_;
};

}  // namespace stockbell::access
