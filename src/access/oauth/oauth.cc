#include "access/oauth/oauth.h"

#include "access/oauth/token_request.h"
#include "base/id.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"

namespace stockbell::access::oauth {
namespace {

constexpr Duration kRefreshLife = std::chrono::hours(24 * 90);  // since it was last used

std::unexpected<Error> refuse(std::string error, std::string description) {
  return fail(ErrorCode::invalid, std::move(error), std::move(description));
}

// What Accounts says, in the words of OAuth.
Error client_refusal(const Error& error) {
  if (error.code == ErrorCode::rate_limited)
    return {ErrorCode::invalid, "invalid_grant", "login rate exceeded", ""};
  if (error.code != ErrorCode::unauthorized) return error;
  if (error.reason == "client-unknown")
    return {ErrorCode::invalid, "invalid_client_id", "client identifier invalid", ""};
  return {ErrorCode::invalid, "invalid_client", "invalid client credentials", ""};
}

Error user_refusal(const Error& error) {
  if (error.code == ErrorCode::rate_limited)
    return {ErrorCode::invalid, "invalid_grant", "login rate exceeded", ""};
  if (error.code != ErrorCode::unauthorized) return error;
  return {ErrorCode::invalid, "invalid_grant", "authentication failure", ""};
}

}  // namespace

OAuth::OAuth(db::Database& database, const Clock& clock, Random& random, Accounts& accounts,
             OAuthOptions options)
    : database_(database),
      clock_(clock),
      random_(random),
      accounts_(accounts),
      options_(std::move(options)),
      organization_id_(to_record_id("00D", crypto::derived_id("org:" + options_.public_url))) {}

Result<std::optional<Token>> OAuth::find_token(std::string_view token) {
  return database_.read([&](db::Session& store) {
    return TokenStore::find(store, TokenKind::access, token, clock_.now());
  });
}

std::string OAuth::new_access_token() {
  return organization_id_.substr(0, 15) + "!" + crypto::random_token(random_, 32);
}

std::string OAuth::user_id(std::string_view name) const {
  return to_record_id("005", crypto::derived_id("user:" + std::string(name)));
}

std::string OAuth::identity_url(std::string_view name) const {
  return options_.public_url + "/id/" + organization_id_ + "/" + user_id(name);
}

Result<Client> OAuth::client_of(const Fields& fields, const http::Request& request) {
  SB_TRY(credentials, read_client_credentials(fields, request));
  auto client = accounts_.check_client(credentials.id, credentials.secret, request.client_address);
  if (!client) return std::unexpected(client_refusal(client.error()));
  return client;
}

Result<OAuth::Flow> OAuth::client_credentials(const Fields& fields, const http::Request& request) {
  SB_TRY(client, client_of(fields, request));
  SB_TRY(scopes, parse_scopes(field(fields, "scope")));
  SB_TRY(credentials, read_client_credentials(fields, request));
  scopes.refresh_token = false;
  Flow flow;
  flow.grant = {client.key_hash, "", to_text(scopes)};
  flow.name = client.name;
  flow.secret = credentials.secret;
  flow.tells_scope = flow.client_only = true;
  return flow;
}

Result<OAuth::Flow> OAuth::password(const Fields& fields, const http::Request& request) {
  SB_TRY(client, client_of(fields, request));
  SB_TRY(scopes, parse_scopes(field(fields, "scope")));
  SB_TRY(credentials, read_client_credentials(fields, request));
  auto user = accounts_.check_user(field(fields, "username"), field(fields, "password"),
                                   request.client_address);
  if (!user) return std::unexpected(user_refusal(user.error()));
  Flow flow;
  flow.grant = {client.key_hash, *user, to_text(scopes)};
  flow.name = *user;
  flow.secret = credentials.secret;
  flow.tells_scope = !field(fields, "scope").empty();
  flow.may_refresh = scopes.refresh_token;
  return flow;
}

Result<OAuth::Flow> OAuth::jwt_bearer(const Fields& fields) {
  SB_TRY(assertion, parse_assertion(field(fields, "assertion")));
  SB_TRY(client, accounts_.find_client(assertion.issuer));
  if (!client) return refuse("invalid_client_id", "client identifier invalid");
  SB_CHECK(judge(
      assertion, client->public_key,
      {options_.public_url, options_.public_url + "/services/oauth2/token",
       options_.public_url + "/.salesforce.com",  // what simple-salesforce makes of HOST:PORT/

       "https://login.salesforce.com", "https://test.salesforce.com"},
      clock_.now()));
  SB_TRY(scopes, parse_scopes(field(fields, "scope")));
  scopes.refresh_token = false;
  Flow flow;
  flow.grant = {client->key_hash, "", to_text(scopes)};
  flow.name = client->name;
  if (assertion.subject != client->name) {
    SB_TRY(user, accounts_.find_user(assertion.subject));
    if (!user) return refuse("invalid_grant", "user hasn't approved this consumer");
    flow.grant.user_email = flow.name = *user;
  }
  flow.signs = false;
  flow.tells_scope = true;
  flow.assertion = std::move(assertion);
  return flow;
}

Result<OAuth::Flow> OAuth::refresh(const Fields& fields, const http::Request& request) {
  SB_TRY(client, client_of(fields, request));
  SB_TRY(credentials, read_client_credentials(fields, request));
  const auto token = field(fields, "refresh_token");
  SB_TRY(found, database_.read([&](db::Session& store) {
    return TokenStore::find(store, TokenKind::refresh, token, clock_.now());
  }));
  if (!found || found->grant.key_hash != client.key_hash)
    return refuse("invalid_grant", "expired access/refresh token");
  Flow flow;
  flow.grant = found->grant;
  flow.name = found->name;
  flow.secret = credentials.secret;
  flow.tells_scope = true;
  flow.refresh_token = token;
  return flow;
}

Result<http::Response> OAuth::issue(Flow& flow) {
  const auto now = clock_.now();
  const auto access_token = new_access_token();
  const auto new_refresh =
      flow.may_refresh ? "sbr_" + crypto::random_token(random_, 32) : std::string();
  const auto& parent = flow.may_refresh ? new_refresh : flow.refresh_token;
  auto stored = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(TokenStore::sweep(store, now));
    if (flow.assertion) {
      // A minute longer than the skew allowed.
      const auto until = flow.assertion->expires_at + std::chrono::minutes(1);
      SB_TRY(fresh, TokenStore::use_assertion(store, flow.assertion->signed_part, until));
      if (!fresh) return refuse("invalid_grant", "assertion was used before");
    }
    if (flow.may_refresh)
      SB_CHECK(TokenStore::add(store, TokenKind::refresh, new_refresh, flow.grant, "", now,
                               now + kRefreshLife));
    if (!flow.refresh_token.empty()) {
      // It may have been revoked since it was looked up.
      SB_TRY(living, TokenStore::find(store, TokenKind::refresh, flow.refresh_token, now));
      if (!living) return refuse("invalid_grant", "expired access/refresh token");
      SB_CHECK(TokenStore::extend(store, flow.refresh_token, now + kRefreshLife));
    }
    return TokenStore::add(store, TokenKind::access, access_token, flow.grant, parent, now,
                           now + options_.token_life);
  });
  SB_CHECK(stored);
  const auto id = identity_url(flow.name);
  const auto issued_at = std::to_string(to_ms(now));
  text::JsonWriter json;
  json.begin_object().member("access_token", access_token);
  if (flow.may_refresh) json.member("refresh_token", new_refresh);
  if (flow.signs)
    json.member("signature", crypto::base64(crypto::hmac_sha256(flow.secret, id + issued_at)));
  if (flow.tells_scope) json.member("scope", flow.grant.scope);
  json.member("instance_url", options_.public_url).member("id", id).member("token_type", "Bearer");
  if (flow.signs) json.member("issued_at", issued_at);
  if (flow.client_only) json.member("api_instance_url", options_.public_url);
  json.end_object();
  auto response = http::Response::json(200, json.str());
  response.set("Content-Type", "application/json;charset=UTF-8");
  response.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> OAuth::token(const http::Request& request) {
  SB_TRY(fields, read_fields(request));
  const auto grant_type = field(fields, "grant_type");
  Result<Flow> flow = refuse("unsupported_grant_type", "grant type not supported");
  if (grant_type == "client_credentials")
    flow = client_credentials(fields, request);
  else if (grant_type == "password")
    flow = password(fields, request);
  else if (grant_type == "urn:ietf:params:oauth:grant-type:jwt-bearer")
    flow = jwt_bearer(fields);
  else if (grant_type == "refresh_token")
    flow = refresh(fields, request);
  if (!flow) return std::unexpected(flow.error());
  return issue(*flow);
}

Result<http::Response> OAuth::revoke(const http::Request& request) {
  auto token = request.query_value("token").value_or("");
  if (request.method == "POST" && token.empty()) {
    SB_TRY(fields, read_fields(request));
    token = field(fields, "token");
  }
  if (token.empty()) return refuse("invalid_request", "token is missing");
  SB_CHECK(database_.write([&](db::Session& store) { return TokenStore::end(store, token); }));
  return http::Response::empty(200);
}

Result<http::Response> OAuth::introspect(const http::Request& request) {
  SB_TRY(fields, read_fields(request));
  SB_TRY(client, client_of(fields, request));
  const auto text = field(fields, "token");
  SB_TRY(found, find_token(text));
  if (!found) {
    SB_TRY(refreshing, database_.read([&](db::Session& store) {
      return TokenStore::find(store, TokenKind::refresh, text, clock_.now());
    }));
    found = refreshing;
  }
  text::JsonWriter json;
  json.begin_object();
  // Other clients' tokens are none of its business.
  if (!found || found->grant.key_hash != client.key_hash) {
    json.member("active", false);
  } else {
    json.member("active", true)
        .member("scope", found->grant.scope)
        .member("client_id", found->client);
    json.member("username", found->name).member("sub", identity_url(found->name));
    json.member("token_type", "Bearer").member("iat", to_ms(found->issued_at) / 1000);
    json.member("exp", to_ms(found->expires_at) / 1000);
  }
  json.end_object();
  auto response = http::Response::json(200, json.str());
  response.set("Content-Type", "application/json;charset=UTF-8");
  return response;
}

}  // namespace stockbell::access::oauth
