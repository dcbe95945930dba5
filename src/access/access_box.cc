#include "access/access_box.h"

#include "platform/crypto/crypto.h"
#include "platform/text/text.h"
#include "sql/access_account.sql.h"
#include "sql/access_key.sql.h"
#include "sql/access_session.sql.h"

namespace stockbell::access {
namespace {

namespace account = sql::access_account;
namespace session = sql::access_session;
namespace key = sql::access_key;

constexpr Duration kSessionLife = std::chrono::hours(12);

// What stands after the scheme of an Authorization header; empty when it is another scheme.
std::string credentials(const std::string& authorization, std::string_view lower_scheme) {
  if (authorization.size() <= lower_scheme.size() || authorization[lower_scheme.size()] != ' ')
    return {};
  for (std::size_t i = 0; i < lower_scheme.size(); ++i)
    if ((authorization[i] | 0x20) != lower_scheme[i]) return {};
  return text::trim(std::string_view(authorization).substr(lower_scheme.size()));
}

}  // namespace

AccessBox::AccessBox(db::Database& database, const Clock& clock, Random& random,
                     oauth::OAuthOptions options)
    : database_(database),
      clock_(clock),
      random_(random),
      oauth_(database, clock, random, *this, std::move(options)) {}

std::span<const db::Migration> AccessBox::migrations() {
  static const std::vector<db::Migration> all = [] {
    std::vector<db::Migration> list = {
        {"access/1-user", account::create_user},
        {"access/2-failure", account::create_failure},
        {"access/3-failure-index", account::create_failure_index},
        {"access/4-session", session::create_session},
        {"access/5-session-index", session::create_session_index},
        {"access/6-key", key::create_key},
        {"access/7-key-public-key", key::add_public_key},
        {"access/8-key-names", key::separate_names},
        {"access/9-key-name-index", key::create_name_index},
    };
    const auto tokens = oauth::TokenStore::migrations();
    list.insert(list.end(), tokens.begin(), tokens.end());
    return list;
  }();
  return all;
}

Result<std::string> AccessBox::open_session(const std::string& email) {
  auto token = crypto::random_token(random_, 32);
  auto now = clock_.now();
  auto done = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(store.execute(session::forget_expired, {to_ms(now)}));
    SB_CHECK(store.execute(session::add_session,
                           {crypto::sha256_hex(token), email, to_ms(now + kSessionLife)}));
    return {};
  });
  SB_CHECK(done);
  return token;
}

Result<std::optional<std::string>> AccessBox::email_of_session(const std::string& token) {
  db::Params wanted{crypto::sha256_hex(token), to_ms(clock_.now())};
  SB_TRY(row, database_.read([&](db::Session& store) {
    return store.query_one(session::find_session, wanted);
  }));
  if (!row) return std::optional<std::string>();
  return std::optional(row->text(0));
}

Result<http::Principal> AccessBox::authenticate(const http::Request& request) {
  const auto authorization = request.header("Authorization");
  auto secret = credentials(authorization, "bearer");
  if (secret.empty()) secret = credentials(authorization, "oauth");
  if (!secret.empty()) {
    if (!secret.contains('!')) return principal_of_key(secret);  // which is in every access token
    SB_TRY(found, oauth_.find_token(secret));
    return found ? http::Principal{found->role, found->name} : http::Principal{};
  }
  auto token = request.cookie(kCookie);
  if (token.empty()) return http::Principal{};
  bool safe = request.method == "GET" || request.method == "HEAD";
  if (!safe && request.header("X-Stockbell-Console") != "1") return http::Principal{};
  SB_TRY(email, email_of_session(token));
  if (!email) return http::Principal{};
  return http::Principal{http::Role::admin, *email};
}

}  // namespace stockbell::access
