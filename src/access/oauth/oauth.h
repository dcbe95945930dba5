// The OAuth 2 and SOAP sign-in of the Salesforce surface (reference 3.1, 3.9, 8 R1): hands out
// tokens to clients and users, ends them, and says whose they are. Owned by AccessBox. Thread-safe;
// all state is in the store.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/oauth/accounts.h"
#include "access/oauth/assertion.h"
#include "access/oauth/scopes.h"
#include "access/oauth/soap.h"
#include "access/oauth/token_store.h"
#include "base/clock.h"
#include "base/random.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::access::oauth {

struct OAuthOptions {
  std::string public_url = "http://127.0.0.1:8080";  // instance_url of the answers
  Duration token_life = std::chrono::hours(2);
};

class OAuth {
 public:
  OAuth(db::Database& database, const Clock& clock, Random& random, Accounts& accounts,
        OAuthOptions options);

  // The token's holder; empty when it is unknown, expired, ended, or its key or user is gone.
  Result<std::optional<Token>> find_token(std::string_view token);

  // /services/oauth2/{token,revoke,introspect,userinfo}, /id/{org}/{user},
  // /services/Soap/{u,c}/{version}; and /v2/token, Marketing Cloud's
  void add_routes(http::Router& router);

 private:
  using Fields = std::map<std::string, std::string>;
  // What a flow grants; `secret` signs the answer.
  struct Flow {
    Grant grant;
    std::string name;  // whom the token acts for
    std::string secret;
    bool signs = true;  // issued_at and signature
    bool tells_scope = false;
    bool client_only = false;  // api_instance_url
    bool may_refresh = false;
    std::string refresh_token;           // that asked
    std::optional<Assertion> assertion;  // to be used up
  };

  Result<http::Response> token(const http::Request& request);
  Result<http::Response> marketing_cloud_token(const http::Request& request);
  Result<http::Response> revoke(const http::Request& request);
  Result<http::Response> introspect(const http::Request& request);
  Result<http::Response> identity(const http::Request& request);
  Result<http::Response> userinfo(const http::Request& request);
  Result<http::Response> soap(const http::Request& request);
  Result<http::Response> soap_login(const SoapCall& call, const http::Request& request);

  Result<Client> client_of(const Fields& fields, const http::Request& request);
  Result<Flow> client_credentials(const Fields& fields, const http::Request& request);
  Result<Flow> password(const Fields& fields, const http::Request& request);
  Result<Flow> jwt_bearer(const Fields& fields);
  Result<Flow> refresh(const Fields& fields, const http::Request& request);
  Result<http::Response> issue(Flow& flow);
  // The holder named by the query's oauth_token or the Authorization header; forbidden otherwise.
  Result<std::string> holder(const http::Request& request);

  std::string new_access_token();
  std::string user_id(std::string_view name) const;  // 18 characters
  std::string identity_url(std::string_view name) const;

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  Accounts& accounts_;
  const OAuthOptions options_;
  const std::string organization_id_;  // 18 characters
};

}  // namespace stockbell::access::oauth
