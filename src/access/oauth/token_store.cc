#include "access/oauth/token_store.h"

#include "access/oauth/scopes.h"
#include "platform/crypto/crypto.h"
#include "sql/access_token.sql.h"

namespace stockbell::access::oauth {
namespace {

namespace sql = sql::access_token;

std::string_view word(TokenKind kind) { return kind == TokenKind::access ? "access" : "refresh"; }

http::Role role_of(const std::string& text) {
  if (text == "admin") return http::Role::admin;
  if (text == "readonly") return http::Role::readonly;
  return text == "intake" ? http::Role::intake : http::Role::anonymous;
}

}  // namespace

std::span<const db::Migration> TokenStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"access/oauth/1-token", sql::create_token},
      {"access/oauth/2-token-indexes", sql::create_token_indexes},
      {"access/oauth/3-assertion", sql::create_assertion},
  };
  return kMigrations;
}

Result<> TokenStore::add(db::Session& store, TokenKind kind, std::string_view token,
                         const Grant& grant, std::string_view refresh, Time issued_at,
                         Time expires_at) {
  SB_CHECK(store.execute(
      sql::add_token, {crypto::sha256_hex(token), word(kind), grant.key_hash, grant.user_email,
                       grant.scope, refresh.empty() ? std::string() : crypto::sha256_hex(refresh),
                       to_ms(issued_at), to_ms(expires_at)}));
  return {};
}

Result<std::optional<Token>> TokenStore::find(db::Session& store, TokenKind kind,
                                              std::string_view token, Time now) {
  SB_TRY(row,
         store.query_one(sql::find_token, {crypto::sha256_hex(token), word(kind), to_ms(now)}));
  if (!row) return std::optional<Token>();
  Token out;
  out.grant = {row->text(0), row->text(1), row->text(2)};
  out.issued_at = from_ms(row->i64(3));
  out.expires_at = from_ms(row->i64(4));
  out.client = row->text(6);
  out.name = out.grant.user_email.empty() ? out.client : out.grant.user_email;
  // Users are administrators; a client acting for one keeps the role of its key.
  const auto role = out.grant.key_hash.empty() ? http::Role::admin : role_of(row->text(5));
  SB_TRY(scopes, parse_scopes(out.grant.scope));
  out.role = narrow(role, scopes);
  return std::optional(std::move(out));
}

Result<> TokenStore::extend(db::Session& store, std::string_view token, Time expires_at) {
  SB_CHECK(store.execute(sql::extend_token, {crypto::sha256_hex(token), to_ms(expires_at)}));
  return {};
}

Result<> TokenStore::end(db::Session& store, std::string_view token) {
  SB_CHECK(store.execute(sql::end_token, {crypto::sha256_hex(token)}));
  return {};
}

Result<> TokenStore::end_of_key(db::Session& store, const std::string& key_hash) {
  SB_CHECK(store.execute(sql::end_tokens_of_key, {key_hash}));
  return {};
}

Result<> TokenStore::end_of_user(db::Session& store, const std::string& email) {
  SB_CHECK(store.execute(sql::end_tokens_of_user, {email}));
  return {};
}

Result<> TokenStore::sweep(db::Session& store, Time now) {
  SB_CHECK(store.execute(sql::forget_expired_tokens, {to_ms(now)}));
  SB_CHECK(store.execute(sql::forget_expired_assertions, {to_ms(now)}));
  return {};
}

Result<bool> TokenStore::use_assertion(db::Session& store, std::string_view signed_part,
                                       Time expires_at) {
  SB_TRY(added,
         store.execute(sql::add_assertion, {crypto::sha256_hex(signed_part), to_ms(expires_at)}));
  return added == 1;
}

}  // namespace stockbell::access::oauth
