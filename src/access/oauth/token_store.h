// Access and refresh tokens and used assertions, kept as hashes. A token counts only while its
// client's key and its user are there. Used by OAuth; every function runs in the caller's unit of
// work.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::access::oauth {

// What a token is for.
struct Grant {
  std::string key_hash;    // the client; empty: a user without one
  std::string user_email;  // empty: the client acts for itself
  std::string scope;
};

struct Token {
  Grant grant;
  std::string client;  // client_id; empty without one
  std::string name;    // whom it acts for: the user's address or the client's name
  http::Role role = http::Role::anonymous;  // narrowed by its scope
  Time issued_at{}, expires_at{};
};

enum class TokenKind { access, refresh };

class TokenStore {
 public:
  static std::span<const db::Migration> migrations();

  // `refresh`: the refresh token that ends it too; empty: none.
  static Result<> add(db::Session& store, TokenKind kind, std::string_view token,
                      const Grant& grant, std::string_view refresh, Time issued_at,
                      Time expires_at);
  static Result<std::optional<Token>> find(db::Session& store, TokenKind kind,
                                           std::string_view token, Time now);
  static Result<> extend(db::Session& store, std::string_view token, Time expires_at);
  static Result<> end(db::Session& store, std::string_view token);  // with all that came from it
  static Result<> end_of_key(db::Session& store, const std::string& key_hash);
  static Result<> end_of_user(db::Session& store, const std::string& email);
  static Result<> sweep(db::Session& store, Time now);
  // False: it was used before.
  static Result<bool> use_assertion(db::Session& store, std::string_view signed_part,
                                    Time expires_at);
};

}  // namespace stockbell::access::oauth
