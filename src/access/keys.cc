#include "access/access_box.h"
#include "access/attempts.h"
#include "access/role_text.h"
#include "platform/crypto/crypto.h"
#include "platform/crypto/rsa.h"
#include "platform/text/text.h"
#include "sql/access_key.sql.h"

namespace stockbell::access {
namespace {

namespace key = sql::access_key;

constexpr std::string_view kKeyPrefix = "sbk_";
constexpr int kMostUnnamed = 1000;

Result<> check_name(std::string_view name) {
  if (name.empty() || name.size() > 100 || !text::valid_utf8(name) || text::has_control(name))
    return fail(ErrorCode::invalid, "name-invalid", "a key's name has 1 to 100 characters", "name");
  return {};
}

oauth::Client client_of(const db::Row& row) {
  return {row.text(0), row.text(2),
          parse_enum<http::Role>(row.text(1)).value_or(http::Role::anonymous), row.text(3)};
}

}  // namespace

Result<std::string> AccessBox::create_key(http::Role role, std::string_view name,
                                          std::string_view certificate) {
  if (role == http::Role::anonymous)
    return fail(ErrorCode::invalid, "role-invalid", "a key is for intake, readonly or admin",
                "role");
  if (!name.empty()) SB_CHECK(check_name(name));
  std::string public_key;
  if (!certificate.empty()) {
    SB_TRY(read, crypto::read_rsa_public_key(certificate));
    public_key = read;
  }
  auto secret = std::string(kKeyPrefix) + crypto::random_token(random_, 32);
  auto add = [&](db::Session& store, const std::string& as) -> Result<bool> {
    SB_TRY(added, store.execute(key::add_key, {crypto::sha256_hex(secret), to_text(role), as,
                                               to_ms(clock_.now()), public_key}));
    return added == 1;
  };
  auto done = database_.write([&](db::Session& store) -> Result<> {
    for (int i = 1; name.empty() && i <= kMostUnnamed; ++i) {
      std::string as(to_text(role));
      if (i > 1) as += "-" + std::to_string(i);
      SB_TRY(added, add(store, as));
      if (added) return {};
    }
    SB_TRY(added, add(store, std::string(name)));
    if (added) return {};
    return fail(ErrorCode::conflict, "key-name-taken",
                "there is a key of this name; revoke it or take another name", "name");
  });
  SB_CHECK(done);
  return secret;
}

Result<std::vector<KeyEntry>> AccessBox::list_keys() {
  SB_TRY(rows, database_.read([&](db::Session& store) { return store.query(key::list_keys); }));
  std::vector<KeyEntry> out;
  for (const auto& row : rows)
    out.push_back({row.text(0), row.text(1),
                   parse_enum<http::Role>(row.text(2)).value_or(http::Role::anonymous), row.flag(3),
                   from_ms(row.i64(4))});
  return out;
}

Result<> AccessBox::revoke_key(const std::string& name_or_id) {
  return database_.write([&](db::Session& store) -> Result<> {
    SB_TRY(found, store.query_one(key::find_hash, {name_or_id}));
    if (!found)
      return fail(ErrorCode::not_found, "key-unknown", "there is no key of this name or id");
    SB_CHECK(oauth::TokenStore::end_of_key(store, found->text(0)));
    SB_CHECK(store.execute(key::remove_key, {found->text(0)}));
    return {};
  });
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

Result<std::optional<oauth::Client>> AccessBox::find_client(const std::string& id) {
  SB_TRY(row, database_.read([&](db::Session& store) {
    return store.query_one(key::find_key_by_name, {id});
  }));
  if (!row) return std::optional<oauth::Client>();
  return std::optional(client_of(*row));
}

// A client is locked for one network at a time: its name is no secret, and whoever knows it must
// not be able to keep it out. Its secret is too long to be guessed from many.
Result<oauth::Client> AccessBox::check_client(const std::string& id, const std::string& secret,
                                              const std::string& network) {
  const Attempt attempt("client:" + network + ":" + id, network, clock_.now());
  Error refused;
  std::optional<oauth::Client> client;
  // A failure is counted by committing, so it is no error of the unit of work.
  auto checked = database_.write([&](db::Session& store) -> Result<> {
    client.reset();
    refused = {};
    if (auto allowed = attempt.check(store); !allowed) {
      if (allowed.error().code != ErrorCode::rate_limited) return allowed;
      refused = allowed.error();
      return {};
    }
    SB_TRY(row, store.query_one(key::find_key_by_name, {id}));
    if (row && row->text(0) == crypto::sha256_hex(secret)) {
      client = client_of(*row);
      return attempt.forgive(store);
    }
    refused = {ErrorCode::unauthorized, row ? "credentials-wrong" : "client-unknown",
               "client identifier or secret is wrong", ""};
    return attempt.count_failure(store);
  });
  SB_CHECK(checked);
  if (!client) return fail(refused);
  return *client;
}

}  // namespace stockbell::access
