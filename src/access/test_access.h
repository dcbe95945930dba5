// For the tests of access: a box with its routes, called as the server would.
#pragma once
#include <boost/json.hpp>
#include <regex>

#include "access/access_box.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "support/store.h"

namespace stockbell::access {

class AccessTest : public testing::StoreTest {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  static inline const Headers kForm = {{"Content-Type", "application/x-www-form-urlencoded"}};

  void SetUp() override {
    ASSERT_TRUE(db().migrate(AccessBox::migrations()));
    box.emplace(db(), clock, random);
    box->add_routes(router);
  }

  http::Response call(const std::string& method, const std::string& target, std::string body = "",
                      Headers headers = {}) {
    auto mark = std::min(target.find('?'), target.size());
    http::Request request;
    request.method = method;
    request.path = target.substr(0, mark);
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.client_address = network;
    http::Request query;  // a form's rules are those of a query
    query.headers = kForm;
    query.body = target.substr(std::min(mark + 1, target.size()));
    request.query = *query.form();
    auto found = router.find(method, request.path);
    const auto* renderer = router.renderer_of(request.path);
    auto refuse = [&](const Error& error) {
      return renderer ? (*renderer)(error, http::status_of(error.code), found.allowed)
                      : http::problem(error);
    };
    if (!found.route)
      return refuse({ErrorCode::not_found, "not-found", "there is nothing at this path", ""});
    request.path_parameters = found.parameters;
    auto principal = box->authenticate(request);
    if (principal) request.principal = *principal;
    auto response = found.route->handler(request);
    return response ? *response : refuse(response.error());
  }
  http::Response token(const std::string& form, Headers headers = {}) {
    headers.push_back(kForm.front());
    return call("POST", "/services/oauth2/token", form, std::move(headers));
  }
  // "admin ann@example.com"
  std::string who(const std::string& authorization) {
    http::Request request;
    request.method = "GET";
    request.headers = {{"Authorization", authorization}};
    auto principal = box->authenticate(request);
    EXPECT_TRUE(principal);
    static const char* const names[] = {"anonymous", "intake", "readonly", "admin"};
    return std::string(names[static_cast<int>(principal->role)]) + " " + principal->name;
  }
  static boost::json::object object(const http::Response& response) {
    auto parsed = text::parse_json_object(response.body);
    EXPECT_TRUE(parsed) << response.status << " " << response.body;
    return parsed ? *parsed : boost::json::object();
  }
  static std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : "";
  }
  // "400 invalid_grant: authentication failure"
  static std::string error(const http::Response& response) {
    auto json = object(response);
    return std::to_string(response.status) + " " + text_of(json, "error") + ": " +
           text_of(json, "error_description");
  }
  static std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }

  std::optional<AccessBox> box;
  http::Router router;
  std::string network = "203.0.113.7";
};

}  // namespace stockbell::access
