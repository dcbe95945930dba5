// Who may ask for tokens: clients (API keys: the name is the client_id, the key the client_secret)
// and console users. Implemented by AccessBox, used by OAuth. Thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/http/http.h"

namespace stockbell::access::oauth {

struct Client {
  std::string key_hash;  // what tokens are bound to: a new key of the same name has another
  std::string name;      // client_id
  http::Role role = http::Role::anonymous;
  std::string public_key;  // PEM, for signed assertions; empty: takes none
};

class Accounts {
 public:
  virtual ~Accounts() = default;
  // Errors of the check_ functions: unauthorized ("credentials-wrong", "client-unknown"),
  // rate_limited ("account-locked") after too many wrong ones. `network` is the caller's address.
  virtual Result<Client> check_client(const std::string& id, const std::string& secret,
                                      const std::string& network) = 0;
  virtual Result<std::optional<Client>> find_client(const std::string& id) = 0;
  // The user's address, in lower case.
  virtual Result<std::string> check_user(const std::string& name, const std::string& password,
                                         const std::string& network) = 0;
  virtual Result<std::optional<std::string>> find_user(const std::string& name) = 0;
};

}  // namespace stockbell::access::oauth
