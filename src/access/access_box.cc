#include "access/access_box.h"

#include "base/enum_text.h"
#include "platform/crypto/crypto.h"
#include "platform/text/text.h"
#include "sql/access_account.sql.h"
#include "sql/access_key.sql.h"
#include "sql/access_session.sql.h"

template <>
inline constexpr auto stockbell::kEnumText<stockbell::http::Role> =
    std::to_array<stockbell::EnumText<stockbell::http::Role>>({
        {stockbell::http::Role::anonymous, "anonymous"},
        {stockbell::http::Role::intake, "intake"},
        {stockbell::http::Role::readonly, "readonly"},
        {stockbell::http::Role::admin, "admin"},
    });

namespace stockbell::access {
namespace {

namespace account = sql::access_account;
namespace session = sql::access_session;
namespace key = sql::access_key;

constexpr std::string_view kKeyPrefix = "sbk_";
constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 1024;
constexpr Duration kSessionLife = std::chrono::hours(12);
constexpr Duration kLockWindow = std::chrono::minutes(15);
constexpr std::int64_t kLockAfter = 10;

// Checked where there is no such user, so that the answer takes as long as for one that exists.
const std::string& nobodys_hash() {
  static const std::string hash = crypto::hash_password("nobody has this password");
  return hash;
}

}  // namespace

std::span<const db::Migration> AccessBox::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"access/1-user", account::create_user},
      {"access/2-failure", account::create_failure},
      {"access/3-failure-index", account::create_failure_index},
      {"access/4-session", session::create_session},
      {"access/5-session-index", session::create_session_index},
      {"access/6-key", key::create_key},
  };
  return kMigrations;
}

Result<std::string> AccessBox::create_key(http::Role role, std::string_view name) {
  if (role == http::Role::anonymous)
    return fail(ErrorCode::invalid, "role-invalid", "a key is for intake, readonly or admin",
                "role");
  if (name.empty() || name.size() > 100 || !text::valid_utf8(name) || text::has_control(name))
    return fail(ErrorCode::invalid, "name-invalid", "a key's name has 1 to 100 characters", "name");
  auto secret = std::string(kKeyPrefix) + crypto::random_token(random_, 32);
  db::Params row{crypto::sha256_hex(secret), to_text(role), name, to_ms(clock_.now())};
  auto done = database_.write([&](db::Session& store) { return store.execute(key::add_key, row); });
  SB_CHECK(done);
  return secret;
}

Result<std::string> AccessBox::add_user(std::string_view email,
                                        std::optional<std::string> password) {
  SB_TRY(address, text::parse_email(email));
  if (!password) password = crypto::random_token(random_, 15);
  if (password->size() < kShortestPassword || password->size() > kLongestPassword)
    return fail(ErrorCode::invalid, "password-short", "a password has 12 to 1024 characters",
                "password");
  db::Params row{address.normalized, crypto::hash_password(*password), to_ms(clock_.now())};
  auto saved = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(store.execute(account::save_user, row));
    SB_CHECK(store.execute(session::end_sessions_of, {address.normalized}));
    return {};
  });
  SB_CHECK(saved);
  return *password;
}

// An attempt counts as failed before it is tried, and is taken back when it was right: otherwise
// attempts sent all at once would pass the limit together.
Result<> AccessBox::check_password(const std::string& email, const std::string& password) {
  auto email_hash = crypto::sha256_hex(email);
  auto now = to_ms(clock_.now());
  auto window_start = now - kLockWindow.count();
  std::string hash;
  bool locked = false;
  auto counted = database_.write([&](db::Session& store) -> Result<> {
    SB_TRY(failures, store.query_one(account::count_failures, {email_hash, window_start}));
    locked = failures->i64(0) >= kLockAfter;
    if (locked) return {};
    SB_TRY(found, store.query_one(account::find_password, {email}));
    hash = found ? found->text(0) : std::string();
    SB_CHECK(store.execute(account::add_failure, {email_hash, now}));
    return {};
  });
  SB_CHECK(counted);
  if (locked)
    return fail(ErrorCode::rate_limited, "account-locked",
                "too many wrong passwords; try again in 15 minutes");
  if (!crypto::verify_password(hash.empty() ? nobodys_hash() : hash, password) || hash.empty())
    return fail(ErrorCode::unauthorized, "credentials-wrong",
                "e-mail address or password is wrong");
  auto forgotten = database_.write([&](db::Session& store) {
    return store.execute(account::forget_failures, {email_hash, window_start});
  });
  SB_CHECK(forgotten);
  return {};
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

Result<http::Principal> AccessBox::principal_of_key(std::string_view secret) {
  if (!secret.starts_with(kKeyPrefix)) return http::Principal{};
  db::Params wanted{crypto::sha256_hex(secret)};
  SB_TRY(row, database_.read(
                  [&](db::Session& store) { return store.query_one(key::find_key, wanted); }));
  if (!row) return http::Principal{};
  return http::Principal{parse_enum<http::Role>(row->text(0)).value_or(http::Role::anonymous),
                         row->text(1)};
}

Result<http::Principal> AccessBox::authenticate(const http::Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  auto authorization = request.header("Authorization");
  if (authorization.starts_with(kBearer))
    return principal_of_key(text::trim(std::string_view(authorization).substr(kBearer.size())));
  auto token = request.cookie(kCookie);
  if (token.empty()) return http::Principal{};
  bool safe = request.method == "GET" || request.method == "HEAD";
  if (!safe && request.header("X-Stockbell-Console") != "1") return http::Principal{};
  SB_TRY(email, email_of_session(token));
  if (!email) return http::Principal{};
  return http::Principal{http::Role::admin, *email};
}

}  // namespace stockbell::access
