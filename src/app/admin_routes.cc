#include <boost/json.hpp>

#include "app/root_routes.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

Result<std::string> needed(const boost::json::object& body, std::string_view field) {
  SB_TRY(value, text::find_text(body, field));
  if (!value || value->empty() || value->size() > 200 || text::has_control(*value))
    return fail(ErrorCode::invalid, "field-invalid", fmt::format("{} must be 1 to 200 characters", field), std::string(field));
  return *value;
}

const std::map<std::string, http::Role> roles = {
    {"admin", http::Role::admin}, {"intake", http::Role::intake}, {"readonly", http::Role::readonly}};

Result<http::Response> create_key(access::AccessBox& access, const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(role_text, needed(body, "role"));
  SB_TRY(name, text::find_text(body, "name"));
  SB_TRY(certificate, text::find_text(body, "certificate"));
  const auto role = roles.find(role_text);
  if (role == roles.end())
    return fail(ErrorCode::invalid, "role-unknown", "role must be admin, intake or readonly", "role");
  SB_TRY(key, access.create_key(role->second, name.value_or(""), certificate.value_or("")));
  text::JsonWriter json;
  json.begin_object().member("key", key).member("role", role_text).end_object();
  return http::Response::json(201, json.str());
}

Result<http::Response> list_keys(access::AccessBox& access) {
  SB_TRY(keys, access.list_keys());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& key : keys) {
    const auto role = std::ranges::find(roles, key.role, [](const auto& entry) { return entry.second; });
    json.begin_object().member("id", key.id).member("name", key.name);
    json.member("role", role == roles.end() ? "anonymous" : role->first).member("certificate", key.signs);
    json.member("created_at", to_rfc3339(key.created_at)).end_object();
  }
  json.end_array().end_object();
  return http::Response::json(200, json.str());
}

Result<http::Response> revoke_key(access::AccessBox& access, const http::Request& request) {
  SB_CHECK(access.revoke_key(request.parameter("id")));
  return http::Response::empty(204);
}

Result<http::Response> remove_user(access::AccessBox& access, const http::Request& request) {
  SB_CHECK(access.remove_user(request.parameter("email")));
  return http::Response::empty(204);
}

Result<http::Response> add_user(access::AccessBox& access, const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(email, needed(body, "email"));
  SB_TRY(address, text::parse_email(email));
  SB_TRY(password, access.add_user(address.normalized));
  text::JsonWriter json;
  json.begin_object().member("email", address.normalized).member("password", password).end_object();
  return http::Response::json(201, json.str());
}

Result<http::Response> back_up(Stores& stores, const Clock& clock, const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(file, needed(body, "file"));
  if (!std::filesystem::path(file).is_absolute())
    return fail(ErrorCode::invalid, "file-invalid", "file must be an absolute path on the server", "file");
  SB_CHECK(stores.backup(file, clock.now()));
  text::JsonWriter json;
  json.begin_object().member("file", file).end_object();
  return http::Response::json(201, json.str());
}

}  // namespace

void add_admin_routes(http::Router& router, access::AccessBox& access, Stores& stores, const Clock& clock) {
  using http::Request;
  router.add({"POST", "/api/v1/keys", http::Role::admin,
              [&access](const Request& request) { return create_key(access, request); }});
  router.add({"GET", "/api/v1/keys", http::Role::admin, [&access](const Request&) { return list_keys(access); }});
  router.add({"DELETE", "/api/v1/keys/{id}", http::Role::admin,
              [&access](const Request& request) { return revoke_key(access, request); }});
  router.add({"POST", "/api/v1/users", http::Role::admin,
              [&access](const Request& request) { return add_user(access, request); }});
  router.add({"DELETE", "/api/v1/users/{email}", http::Role::admin,
              [&access](const Request& request) { return remove_user(access, request); }});
  router.add({"POST", "/api/v1/backup", http::Role::admin,
              [&stores, &clock](const Request& request) { return back_up(stores, clock, request); }});
}

}  // namespace stockbell::app
