#include <regex>

#include "access/oauth/oauth.h"
#include "access/oauth/token_request.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::access::oauth {
namespace {

http::Response xml(int status, std::string body) {
  auto response = http::Response::text(status, std::move(body));
  response.set("Content-Type", "text/xml;charset=UTF-8");
  response.set("Cache-Control", "no-store");
  return response;
}

http::Response json_response(std::string body) {
  auto response = http::Response::json(200, std::move(body));
  response.set("Content-Type", "application/json;charset=UTF-8");
  return response;
}

http::Response invalid_login() {
  return xml(500,
             fault_envelope("sf:INVALID_LOGIN",
                            "Invalid username, password, security token; or user locked out."));
}

// Refusals of the server itself, under /services/Soap.
http::Response soap_refusal(const Error& error, int status, const std::vector<std::string>&) {
  if (status == http::status_of(ErrorCode::invalid)) status = 500;  // SOAP 1.1, section 6.2
  return xml(status,
             fault_envelope(status < 500 ? "soapenv:Client" : "soapenv:Server", error.message));
}

// Under /id: a word in plain text, as "Bad_OAuth_Token".
http::Response identity_refusal(const Error& error, int status, const std::vector<std::string>&) {
  return http::Response::text(status, error.reason);
}

bool is_version(const std::string& text) {
  static const std::regex version("[0-9]{2,3}\\.0");
  return std::regex_match(text, version);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// The addresses a client goes on to; {version} is for the client to fill in.
void write_urls(text::JsonWriter& json, const std::string& base, const std::string& organization) {
  const auto rest = base + "/services/data/v{version}/";
  json.key("urls").begin_object();
  json.member("partner", base + "/services/Soap/u/{version}/" + organization);
  json.member("enterprise", base + "/services/Soap/c/{version}/" + organization);
  json.member("rest", rest).member("sobjects", rest + "sobjects/").member("query", rest + "query/");
  json.member("search", rest + "search/").member("custom_domain", base);
  json.end_object();
}

}  // namespace

Result<std::string> OAuth::holder(const http::Request& request) {
  if (!request.principal.name.empty()) return request.principal.name;
  auto token =
      request.query_value("oauth_token").value_or(request.query_value("access_token").value_or(""));
  if (token.empty())
    return fail(ErrorCode::forbidden,
                request.header("Authorization").empty() ? "Missing_OAuth_Token" : "Bad_OAuth_Token",
                "no token");
  SB_TRY(found, find_token(token));
  if (!found)
    return fail(ErrorCode::forbidden, "Bad_OAuth_Token", "the token is unknown or has expired");
  return found->name;
}

Result<http::Response> OAuth::identity(const http::Request& request) {
  SB_TRY(name, holder(request));
  if (request.parameter("org") != organization_id_ &&
      request.parameter("org") != organization_id_.substr(0, 15))
    return fail(ErrorCode::forbidden, "Wrong_Org", "the token is of another organization");
  const auto user = user_id(name);
  if (request.parameter("user") != user && request.parameter("user") != user.substr(0, 15))
    return fail(ErrorCode::not_found, "Bad_Id", "the token is another user's");
  text::JsonWriter json;
  json.begin_object().member("id", identity_url(name)).member("asserted_user", true);
  json.member("user_id", user).member("organization_id", organization_id_);
  json.member("username", name).member("nick_name", name).member("display_name", name);
  json.member("email", name.contains('@') ? name : "").member("email_verified", name.contains('@'));
  json.member("first_name", nullptr).member("last_name", name).member("timezone", "GMT");
  json.member("active", true).member("user_type", "STANDARD").member("language", "en_US");
  json.member("locale", "en_US").member("utcOffset", 0);
  write_urls(json, options_.public_url, organization_id_);
  json.end_object();
  return json_response(json.str());
}

Result<http::Response> OAuth::userinfo(const http::Request& request) {
  auto name = holder(request);
  if (!name && name.error().code == ErrorCode::forbidden)
    return http::Response::text(403, name.error().reason);
  if (!name) return std::unexpected(name.error());
  text::JsonWriter json;
  json.begin_object().member("sub", identity_url(*name)).member("user_id", user_id(*name));
  json.member("organization_id", organization_id_).member("preferred_username", *name);
  json.member("nickname", *name).member("name", *name);
  json.member("email", name->contains('@') ? *name : "")
      .member("email_verified", name->contains('@'));
  json.member("zoneinfo", "GMT").member("locale", "en_US");
  write_urls(json, options_.public_url, organization_id_);
  json.end_object();
  return json_response(json.str());
}

Result<http::Response> OAuth::soap_login(const SoapCall& call, const http::Request& request) {
  // A key's name may be an address, too; the key then comes first.
  SB_TRY(known_client, accounts_.find_client(call.username));
  Grant grant{"", "", "api"};
  std::string name;
  if (call.username.contains('@') && !known_client) {
    auto user = accounts_.check_user(call.username, call.password, request.client_address);
    if (!user) {
      if (user.error().code == ErrorCode::unauthorized ||
          user.error().code == ErrorCode::rate_limited)
        return invalid_login();
      return std::unexpected(user.error());
    }
    grant.user_email = name = *user;
  } else {
    auto client = accounts_.check_client(call.username, call.password, request.client_address);
    if (!client) {
      if (client.error().code == ErrorCode::unauthorized ||
          client.error().code == ErrorCode::rate_limited)
        return invalid_login();
      return std::unexpected(client.error());
    }
    grant.key_hash = client->key_hash;
    name = client->name;
  }
  SoapLogin login;
  login.session_id = new_access_token();
  const auto now = clock_.now();
  auto stored = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(TokenStore::sweep(store, now));
    return TokenStore::add(store, TokenKind::access, login.session_id, grant, "", now,
                           now + options_.token_life);
  });
  SB_CHECK(stored);
  const auto& kind = request.path.starts_with("/services/Soap/c/") ? "c" : "u";
  const auto& version = request.parameter("version");
  login.server_url = options_.public_url + "/services/Soap/" + kind + "/" + version + "/" +
                     organization_id_.substr(0, 15);
  login.metadata_server_url =
      options_.public_url + "/services/Soap/m/" + version + "/" + organization_id_.substr(0, 15);
  login.organization_id = organization_id_;
  login.user_id = user_id(name);
  login.user_name = name;
  login.session_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(options_.token_life).count();
  return xml(200, login_envelope(login));
}

Result<http::Response> OAuth::soap(const http::Request& request) {
  if (lower(request.header("Content-Type")).find("xml") == std::string::npos)
    return xml(415, fault_envelope("soapenv:Client", "send text/xml"));
  if (!is_version(request.parameter("version")))
    return xml(
        500, fault_envelope("sf:UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"));
  SB_TRY(call, parse_soap(request.body));
  if (call.kind == SoapCall::Kind::login) return soap_login(call, request);
  SB_TRY(found, find_token(call.session_id));
  if (!found)
    return xml(
        500, fault_envelope(
                 "sf:INVALID_SESSION_ID",
                 "Invalid Session ID found in SessionHeader: Illegal Session. Session not found."));
  SB_CHECK(
      database_.write([&](db::Session& store) { return TokenStore::end(store, call.session_id); }));
  return xml(200, logout_envelope());
}

void OAuth::add_routes(http::Router& router) {
  auto add = [&](std::string method, std::string pattern,
                 Result<http::Response> (OAuth::*handler)(const http::Request&)) {
    http::Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.least = http::Role::anonymous;
    route.body_limit = kFormBytes;
    route.handler = [this, handler](const http::Request& request) {
      return (this->*handler)(request);
    };
    router.add(std::move(route));
  };
  add("POST", "/services/oauth2/token", &OAuth::token);
  add("POST", "/v2/token", &OAuth::marketing_cloud_token);
  add("POST", "/services/oauth2/revoke", &OAuth::revoke);
  add("GET", "/services/oauth2/revoke", &OAuth::revoke);
  add("POST", "/services/oauth2/introspect", &OAuth::introspect);
  add("GET", "/services/oauth2/userinfo", &OAuth::userinfo);
  add("POST", "/services/oauth2/userinfo", &OAuth::userinfo);
  add("GET", "/id/{org}/{user}", &OAuth::identity);
  add("POST", "/id/{org}/{user}", &OAuth::identity);
  for (const std::string kind : {"u", "c"}) {
    add("POST", "/services/Soap/" + kind + "/{version}", &OAuth::soap);
    add("POST", "/services/Soap/" + kind + "/{version}/{org}", &OAuth::soap);
  }
  router.refuse_with("/services/oauth2", oauth_refusal);
  router.refuse_with("/v2/token", oauth_refusal);
  router.refuse_with("/services/Soap", soap_refusal);
  router.refuse_with("/id", identity_refusal);
}

}  // namespace stockbell::access::oauth
