#include "engagement/drop/drop_routes.h"

#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20, kMostMegabytes = 1'000'000'000;

std::unexpected<Error> wrong(const char* field, std::string message) {
  return fail(ErrorCode::invalid, "sftp-account-invalid", std::move(message), field);
}

Result<bool> flag_of(const boost::json::object& body, const char* name, bool otherwise) {
  const auto* value = body.if_contains(name);
  if (!value) return otherwise;
  if (!value->is_bool()) return wrong(name, fmt::format("{} is true or false", name));
  return value->get_bool();
}

Result<std::vector<std::string>> keys_of(const boost::json::object& body) {
  std::vector<std::string> keys;
  const auto* value = body.if_contains("public_keys");
  if (!value) return keys;
  if (!value->is_array()) return wrong("public_keys", "public_keys is a list of texts");
  for (const auto& key : value->get_array()) {
    if (!key.is_string()) return wrong("public_keys", "public_keys is a list of texts");
    keys.emplace_back(key.get_string());
  }
  return keys;
}

Result<NewDropAccount> account_of(const boost::json::object& body) {
  NewDropAccount account;
  const auto* name = body.if_contains("name");
  if (!name || !name->is_string()) return wrong("name", "the account's name is missing");
  account.name = std::string(name->get_string());
  SB_TRY(keys, keys_of(body));
  account.public_keys = std::move(keys);
  SB_TRY(password, flag_of(body, "password", true));
  account.password = password;
  SB_TRY(own_folder, flag_of(body, "own_folder", false));
  account.own_folder = own_folder;
  if (const auto* quota = body.if_contains("quota_mb")) {
    if (!own_folder)
      return wrong("quota_mb", "only an account with own_folder has a quota of its own");
    if (!quota->is_int64() || quota->get_int64() < 1 || quota->get_int64() > kMostMegabytes)
      return wrong("quota_mb", "quota_mb is a whole number of megabytes");
    account.quota_bytes = static_cast<std::uint64_t>(quota->get_int64() * kMegabyte);
  }
  return account;
}

http::Response with_password(int status, const std::string& name, const std::string& password) {
  text::JsonWriter json;
  json.begin_object().member("name", name).key("password");
  if (password.empty())
    json.value(nullptr);
  else
    json.value(password);
  json.end_object();
  return http::Response::json(status, std::move(json).str());
}

Result<http::Response> list(DropAccount& drop) {
  SB_TRY(accounts, drop.list_accounts());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& account : accounts) {
    json.begin_object()
        .member("name", account.name)
        .member("password", account.password)
        .member("own_folder", account.own_folder)
        .member("quota_mb", static_cast<std::int64_t>(account.quota_bytes) / kMegabyte)
        .key("public_keys")
        .begin_array();
    for (const auto& key : account.public_keys) json.value(key);
    json.end_array().member("created_at", to_rfc3339(account.created_at)).end_object();
  }
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_drop_routes(http::Router& router, DropAccount& drop) {
  using http::Request;
  router.add({"GET", "/api/v1/sftp-accounts", http::Role::admin,
              [&drop](const Request&) { return list(drop); }});
  router.add({"POST", "/api/v1/sftp-accounts", http::Role::admin,
              [&drop](const Request& request) -> Result<http::Response> {
                SB_TRY(body, text::parse_json_object(request.body));
                SB_TRY(account, account_of(body));
                SB_TRY(password, drop.create_account(account));
                return with_password(201, account.name, password);
              }});
  router.add({"PUT", "/api/v1/sftp-accounts/{name}/public-keys", http::Role::admin,
              [&drop](const Request& request) -> Result<http::Response> {
                SB_TRY(body, text::parse_json_object(request.body));
                SB_TRY(keys, keys_of(body));
                SB_CHECK(drop.set_public_keys(request.parameter("name"), keys));
                return http::Response::empty(204);
              }});
  router.add({"POST", "/api/v1/sftp-accounts/{name}/password", http::Role::admin,
              [&drop](const Request& request) -> Result<http::Response> {
                const auto& name = request.parameter("name");
                SB_TRY(password, drop.renew_password(name));
                return with_password(200, name, password);
              }});
  router.add({"DELETE", "/api/v1/sftp-accounts/{name}", http::Role::admin,
              [&drop](const Request& request) -> Result<http::Response> {
                SB_CHECK(drop.remove_account(request.parameter("name")));
                return http::Response::empty(204);
              }});
}

}  // namespace stockbell::engagement
