#include "access/access_box.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "sql/access_session.sql.h"

namespace stockbell::access {
namespace {

// Secure only over TLS, as the console is also used on plain loopback.
std::string cookie(const std::string& token, int max_age_s, bool secure) {
  return std::string(kCookie) + "=" + token +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(max_age_s) +
         (secure ? "; Secure" : "");
}

}  // namespace

Result<http::Response> AccessBox::sign_in(const http::Request& request) {
  // Only this type: another site's form cannot send it, and so cannot sign anybody in.
  if (!request.header("Content-Type").starts_with("application/json"))
    return http::problem({ErrorCode::invalid, "type-unsupported", "send application/json", ""},
                         415);
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(email, text::find_text(body, "email"));
  SB_TRY(password, text::find_text(body, "password"));
  if (!email || !password || password->size() > 1024)
    return fail(ErrorCode::invalid, "credentials-missing", "email and password are needed");
  auto address = text::parse_email(*email);
  if (!address)
    return fail(ErrorCode::unauthorized, "credentials-wrong",
                "e-mail address or password is wrong");
  SB_CHECK(check_password(address->folded, *password, request.client_address));
  SB_TRY(token, open_session(address->folded));
  auto response = http::Response::empty(204);
  response.set("Set-Cookie", cookie(token, 12 * 60 * 60, request.secure));
  response.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> AccessBox::show_session(const http::Request& request) {
  auto token = request.cookie(kCookie);
  std::optional<std::string> email;
  if (!token.empty()) {
    SB_TRY(found, email_of_session(token));
    email = found;
  }
  if (!email) return fail(ErrorCode::unauthorized, "unauthorized", "nobody is signed in");
  text::JsonWriter json;
  json.begin_object().member("email", *email).member("role", "admin").end_object();
  return http::Response::json(200, json.str());
}

Result<http::Response> AccessBox::sign_out(const http::Request& request) {
  auto token = request.cookie(kCookie);
  if (!token.empty() && request.header("X-Stockbell-Console") != "1")
    return fail(ErrorCode::forbidden, "forbidden", "send X-Stockbell-Console: 1");
  if (!token.empty()) {
    db::Params ended{crypto::sha256_hex(token)};
    SB_CHECK(database_.write([&](db::Session& store) {
      return store.execute(sql::access_session::end_session, ended);
    }));
  }
  auto response = http::Response::empty(204);
  response.set("Set-Cookie", cookie("", 0, request.secure));
  return response;
}

void AccessBox::add_routes(http::Router& router) {
  auto add = [&](std::string method,
                 Result<http::Response> (AccessBox::*handler)(const http::Request&)) {
    http::Route route;
    route.method = std::move(method);
    route.pattern = "/api/v1/session";
    route.least = http::Role::anonymous;
    route.body_limit = 4096;
    route.handler = [this, handler](const http::Request& request) {
      return (this->*handler)(request);
    };
    router.add(std::move(route));
  };
  add("POST", &AccessBox::sign_in);
  add("GET", &AccessBox::show_session);
  add("DELETE", &AccessBox::sign_out);
  oauth_.add_routes(router);
}

}  // namespace stockbell::access
