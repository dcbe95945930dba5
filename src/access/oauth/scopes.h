// What a token may be used for (reference 3.1): the words of the parameter `scope`, and how they
// narrow a role. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/http/http.h"

namespace stockbell::access::oauth {

struct Scopes {
  bool full = false;  // "full" or "api": whatever the role may
  bool readonly = false;
  bool intake = false;
  bool identity = false;       // "id", "openid", "profile", "email": who it is, nothing else
  bool refresh_token = false;  // "refresh_token" or "offline_access"
};

// Words between blanks; none: api. Invalid ("invalid_scope") for a word that is none of ours.
Result<Scopes> parse_scopes(std::string_view text);
std::string to_text(const Scopes& scopes);  // "api refresh_token": each once, in a fixed order
// The most that both the role and the scopes allow.
http::Role narrow(http::Role role, const Scopes& scopes);

}  // namespace stockbell::access::oauth
