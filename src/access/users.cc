#include "access/access_box.h"
#include "access/attempts.h"
#include "platform/crypto/crypto.h"
#include "platform/text/text.h"
#include "sql/access_account.sql.h"
#include "sql/access_session.sql.h"

namespace stockbell::access {
namespace {

namespace account = sql::access_account;
namespace session = sql::access_session;

constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 1024;

// Checked where there is no such user, so that the answer takes as long as for one that exists.
const std::string& nobodys_hash() {
  static const std::string hash = crypto::hash_password("nobody has this password");
  return hash;
}

std::unexpected<Error> wrong() {
  return fail(ErrorCode::unauthorized, "credentials-wrong", "e-mail address or password is wrong");
}

}  // namespace

Result<std::string> AccessBox::add_user(std::string_view email,
                                        std::optional<std::string> password) {
  SB_TRY(address, text::parse_email(email));
  if (!password) password = crypto::random_token(random_, 15);
  if (password->size() < kShortestPassword || password->size() > kLongestPassword)
    return fail(ErrorCode::invalid, "password-short", "a password has 12 to 1024 characters",
                "password");
  db::Params row{address.folded, crypto::hash_password(*password), to_ms(clock_.now())};
  auto saved = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(store.execute(account::save_user, row));
    SB_CHECK(store.execute(session::end_sessions_of, {address.folded}));
    return oauth::TokenStore::end_of_user(store, address.folded);
  });
  SB_CHECK(saved);
  return *password;
}

Result<> AccessBox::remove_user(std::string_view email) {
  SB_TRY(address, text::parse_email(email));
  return database_.write([&](db::Session& store) -> Result<> {
    SB_TRY(removed, store.execute(account::remove_user, {address.folded}));
    if (removed == 0)
      return fail(ErrorCode::not_found, "user-unknown", "there is no user of this address");
    SB_CHECK(store.execute(session::end_sessions_of, {address.folded}));
    return oauth::TokenStore::end_of_user(store, address.folded);
  });
}

// An attempt counts as failed before it is tried, and is taken back when it was right: otherwise
// attempts sent all at once would pass the limit together.
Result<> AccessBox::check_password(const std::string& email, const std::string& password,
                                   const std::string& network) {
  const Attempt attempt(email, network, clock_.now());
  std::string hash;
  auto counted = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(attempt.check(store));
    SB_TRY(found, store.query_one(account::find_password, {email}));
    hash = found ? found->text(0) : std::string();
    return attempt.count_failure(store);
  });
  SB_CHECK(counted);
  if (password.size() > kLongestPassword ||
      !crypto::verify_password(hash.empty() ? nobodys_hash() : hash, password) || hash.empty())
    return wrong();
  return database_.write([&](db::Session& store) { return attempt.forgive(store); });
}

Result<std::string> AccessBox::check_user(const std::string& name, const std::string& password,
                                          const std::string& network) {
  const auto address = text::parse_email(name);
  if (!address) return wrong();
  SB_CHECK(check_password(address->folded, password, network));
  return address->folded;
}

Result<std::optional<std::string>> AccessBox::find_user(const std::string& name) {
  const auto address = text::parse_email(name);
  if (!address) return std::optional<std::string>();
  SB_TRY(row, database_.read([&](db::Session& store) {
    return store.query_one(account::find_user, {address->folded});
  }));
  if (!row) return std::optional<std::string>();
  return std::optional(row->text(0));
}

}  // namespace stockbell::access
