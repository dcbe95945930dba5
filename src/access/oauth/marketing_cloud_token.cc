#include "access/oauth/oauth.h"
#include "access/oauth/token_request.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::access::oauth {
namespace {

// Where the client goes on: the address it came to, as clients inside a network do not come by the
// public one. A proxy that ends TLS says so with the public address.
std::string address_of(const http::Request& request, const std::string& public_url) {
  const auto host = request.header("Host");
  const auto scheme_end = public_url.find("://");
  if (host.empty() || host.size() > 255 || text::has_control(host) ||
      host.find_first_of("/\\@?# \"<>") != host.npos ||
      (scheme_end != public_url.npos && public_url.substr(scheme_end + 3) == host))
    return public_url;
  return (request.secure ? "https://" : "http://") + host;
}

}  // namespace

// Marketing Cloud's form of the client-credentials flow (reference 8, R8): JSON in, expires_in out.
Result<http::Response> OAuth::marketing_cloud_token(const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body, 8 * 1024));
  Fields fields;
  for (const char* name : {"grant_type", "client_id", "client_secret", "scope"}) {
    SB_TRY(value, text::find_text(body, name));
    if (value) fields[name] = *value;
  }
  if (field(fields, "grant_type") != "client_credentials")
    return fail(ErrorCode::invalid, "unsupported_grant_type", "grant type not supported");
  // Its scopes are Marketing Cloud's own words; what the key may, the token may.
  fields.erase("scope");
  SB_TRY(flow, client_credentials(fields, request));
  const auto token = new_access_token();
  const auto now = clock_.now();
  auto stored = database_.write([&](db::Session& store) -> Result<> {
    SB_CHECK(TokenStore::sweep(store, now));
    return TokenStore::add(store, TokenKind::access, token, flow.grant, "", now,
                           now + options_.token_life);
  });
  SB_CHECK(stored);
  const auto address = address_of(request, options_.public_url) + "/";
  text::JsonWriter json;
  json.begin_object().member("access_token", token).member("token_type", "Bearer");
  json.member("expires_in",
              std::chrono::duration_cast<std::chrono::seconds>(options_.token_life).count());
  json.member("scope", "data_extensions_read data_extensions_write");
  json.member("soap_instance_url", address).member("rest_instance_url", address).end_object();
  auto response = http::Response::json(200, std::move(json).str());
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace stockbell::access::oauth
