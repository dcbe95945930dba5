// For the tests of crm/rest: the surface over an empty store, called as the server would.
#pragma once
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "crm/contacts/contact_store.h"
#include "crm/requests/request_store.h"
#include "crm/rest/rest_api.h"
#include "platform/http/target.h"
#include "support/store.h"

namespace stockbell::crm::rest {

struct Answer {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  boost::json::value json() const {
    boost::json::error_code error;
    auto value = boost::json::parse(body, error);
    EXPECT_FALSE(error) << body;
    return value;
  }
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "";
  }
  // Of the first error.
  std::string code() const { return text("errorCode"); }
  std::string message() const { return text("message"); }
  std::string text(const char* name) const {
    const auto value = json();
    if (!value.is_array() || value.get_array().empty()) return "(no error)";
    const auto* member = value.get_array()[0].as_object().if_contains(name);
    return member && member->is_string() ? std::string(member->get_string()) : "(none)";
  }
};

class RestTest : public testing::StoreTest {
 protected:
  static constexpr const char* kBase = "/services/data/v59.0";

  void SetUp() override {
    for (const auto& migrations :
         {contacts::migrations(), requests::migrations(), contacts::later_migrations(),
          records::RecordService::migrations(), soql::QueryService::migrations()})
      ASSERT_TRUE(db().migrate(migrations));
    api.add_routes(router);
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  Answer call(std::string method, const std::string& target, std::string body = "",
              Headers headers = {}) {
    const auto full = target.starts_with("/services") ? target : kBase + target;
    const auto parsed = http::parse_target(full);
    EXPECT_TRUE(parsed) << full;
    http::Request request;
    request.method = std::move(method);
    request.path = parsed->path;
    request.query = parsed->query;
    request.body = std::move(body);
    request.headers = std::move(headers);
    if (request.header("Content-Type").empty())
      request.headers.emplace_back("Content-Type", "application/json");
    request.principal = principal;
    return answer(request, std::string(parsed->wire_path));
  }
  Answer answer(http::Request& request, const std::string& wire_path) {
    const auto* render = router.renderer_of(wire_path);
    auto found = router.find(request.method, wire_path);
    const auto respond = [](http::Response response) {
      return Answer{response.status, response.body, response.headers};
    };
    if (!found.route)
      return respond((*render)({ErrorCode::not_found, "not-found", "", ""},
                               found.allowed.empty() ? 404 : 405, found.allowed));
    request.path_parameters = found.parameters;
    if (request.principal.role < found.route->least) {
      const bool nobody = request.principal.role == http::Role::anonymous;
      return respond(
          (*render)({nobody ? ErrorCode::unauthorized : ErrorCode::forbidden, "x-y", "", ""},
                    nobody ? 401 : 403, {}));
    }
    auto response = found.route->handler(request);
    if (!response)
      return respond((*render)(response.error(), http::status_of(response.error().code), {}));
    return respond(std::move(*response));
  }

  std::string create(const std::string& object, const std::string& body) {
    const auto made = call("POST", "/sobjects/" + object, body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.status == 201 ? std::string(made.json().at("id").as_string()) : "";
  }
  boost::json::value row(const std::string& object, const std::string& id) {
    const auto shown = call("GET", "/sobjects/" + object + "/" + id);
    EXPECT_EQ(shown.status, 200) << shown.body;
    return shown.json();
  }

  http::Principal principal{http::Role::admin, "integration"};
  objects::Schema schema = objects::Schema::create(custom_fields()).value();
  static std::vector<objects::CustomField> custom_fields() {
    return {{"Contact", "Loyalty_No__c", "Loyalty Number", "string", 20, false, false, true, {}},
            {"Contact", "Points__c", "Points", "int", 0, false, false, false, {}},
            {"Contact", "Vip__c", "VIP", "boolean", 0, false, false, false, {}}};
  }
  objects::ChangeClock changes{clock, db()};
  contacts::ContactService contacts{db(), clock, random, {{}, contacts::default_rules()}};
  requests::RequestService requests{db(), clock, random, changes, contacts};
  records::RecordService records{db(), schema, clock, random, changes, requests, contacts};
  soql::QueryService queries{db(), schema, clock, ids};
  RestApi api{clock, records, requests, queries, {"https://crm.example", 5000}};
  http::Router router;
};

}  // namespace stockbell::crm::rest
