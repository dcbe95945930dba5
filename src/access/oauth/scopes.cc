#include "access/oauth/scopes.h"

namespace stockbell::access::oauth {

Result<Scopes> parse_scopes(std::string_view text) {
  Scopes scopes;
  bool any = false;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find(' ', from), text.size());
    const auto word = text.substr(from, end - from);
    from = end + 1;
    if (word.empty()) continue;
    any = true;
    if (word == "full" || word == "api")
      scopes.full = true;
    else if (word == "readonly")
      scopes.readonly = true;
    else if (word == "intake")
      scopes.intake = true;
    else if (word == "id" || word == "openid" || word == "profile" || word == "email")
      scopes.identity = true;
    else if (word == "refresh_token" || word == "offline_access")
      scopes.refresh_token = true;
    else
      return fail(ErrorCode::invalid, "invalid_scope", "the requested scope is not allowed");
  }
  if (!any) scopes.full = true;
  if (scopes.readonly && scopes.intake && !scopes.full)  // no role is both
    return fail(ErrorCode::invalid, "invalid_scope", "readonly and intake do not go together");
  return scopes;
}

std::string to_text(const Scopes& scopes) {
  std::string out;
  auto add = [&](bool there, std::string_view word) {
    if (there) out.append(out.empty() ? "" : " ").append(word);
  };
  add(scopes.full, "api");
  add(scopes.readonly, "readonly");
  add(scopes.intake, "intake");
  add(scopes.identity, "id");
  add(scopes.refresh_token, "refresh_token");
  return out;
}

http::Role narrow(http::Role role, const Scopes& scopes) {
  if (scopes.full) return role;
  // Reading and handing in are two things, though the roles stand in one row: neither holds the
  // other.
  const auto may = [role](http::Role wanted) {
    return role == wanted || role == http::Role::admin;
  };
  if (scopes.readonly && may(http::Role::readonly)) return http::Role::readonly;
  if (scopes.intake && may(http::Role::intake)) return http::Role::intake;
  return http::Role::anonymous;
}

}  // namespace stockbell::access::oauth
