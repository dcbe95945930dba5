#include "crm/requests/request_routes.h"

#include <gmock/gmock.h>

#include "crm/contacts/contact_store.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::requests {
namespace {

class RequestRoutesTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(contacts::migrations()));
    ASSERT_TRUE(db().migrate(migrations()));
    add_routes(router, reader, service, clock);
    NotificationRequest request;
    request.request_key = "k";
    request.email = "Ada@Example.com";
    request.email_normalized = "ada@example.com";
    request.first_name = "Ada";
    request.sku = "A1";
    request.site = "default";
    request.locale = "en-GB";
    request.requested_at = clock.now();
    id = to_record_id(kRequestPrefix, service.submit(request).value().request.value);
  }

  Result<http::Response> call(const std::string& method, const std::string& path,
                              std::vector<std::pair<std::string, std::string>> query = {}) {
    const auto match = router.find(method, path);
    if (!match.route) return fail(ErrorCode::not_found, "no-route", path);
    http::Request request;
    request.method = method;
    request.path = path;
    request.path_parameters = match.parameters;
    request.query = std::move(query);
    return match.route->handler(request);
  }
  std::string body(const std::string& path,
                   std::vector<std::pair<std::string, std::string>> query = {}) {
    const auto response = call("GET", path, std::move(query));
    return response ? response->body : response.error().reason;
  }

  RequestReader reader{db()};
  objects::ChangeClock changes{clock, db()};
  contacts::ContactService contacts{db(), clock, random, {{}, contacts::default_rules()}};
  RequestService service{db(), clock, random, changes, contacts};
  http::Router router;
  std::string id;
};

TEST_P(RequestRoutesTest, ListWithContactAndTimes) {
  const std::string json = body("/api/v1/requests", {{"email", "ada@example.com"}});
  EXPECT_THAT(json, ::testing::StartsWith("{\"items\":[{\"id\":\"" + id +
                                          "\",\"status\":\"Requested\",\"sku\":\"A1\""));
  EXPECT_THAT(json, ::testing::HasSubstr("\"first_name\":\"Ada\",\"last_name\":\"Unknown\""));
  EXPECT_THAT(json, ::testing::HasSubstr("\"sent_at\":null"));
  EXPECT_THAT(json, ::testing::EndsWith("\"next_cursor\":null}"));
}

TEST_P(RequestRoutesTest, RefuseBadFiltersByName) {
  EXPECT_EQ(body("/api/v1/requests", {{"status", "Sold"}}), "status-invalid");
  EXPECT_EQ(body("/api/v1/requests", {{"limit", "0"}}), "limit-invalid");
  EXPECT_EQ(body("/api/v1/requests", {{"cursor", "zzz"}}), "cursor-invalid");
  EXPECT_EQ(body("/api/v1/requests", {{"email", "not an address"}}), "email-invalid");
  EXPECT_EQ(body("/api/v1/funnel", {{"from", "yesterday"}}), "day-invalid");
  EXPECT_EQ(body("/api/v1/requests/a0Bnonsense"), "request-not-found");
}

TEST_P(RequestRoutesTest, CancelOnceAndSayWhenItIsTooLate) {
  const std::string path = "/api/v1/requests/" + id + "/cancel";
  for (int i = 0; i < 2; ++i) {
    const auto cancelled = call("POST", path);
    ASSERT_TRUE(cancelled) << cancelled.error().message;
    EXPECT_THAT(cancelled->body, ::testing::HasSubstr("\"status\":\"Cancelled\""));
  }
  const std::string events = body("/api/v1/requests/" + id + "/timeline");
  EXPECT_THAT(events,
              ::testing::HasSubstr("\"status\":\"Cancelled\",\"reason\":\"cancelled by hand\","
                                   "\"source\":\"api\"}]"));
  EXPECT_EQ(router.find("POST", path).route->least, http::Role::admin);
}

TEST_P(RequestRoutesTest, RefuseToCancelWhatWasSent) {
  const RequestId request = parse_request_id(id).value();
  ASSERT_TRUE(service.apply({{1, request, RequestStatus::sent, clock.now(), "smtp 250"}}));
  const auto refused = call("POST", "/api/v1/requests/" + id + "/cancel");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "request-closed");
}

TEST_P(RequestRoutesTest, ShowDemandAndFunnel) {
  EXPECT_EQ(body("/api/v1/demand"),
            "[{\"sku\":\"A1\",\"waiting\":1,\"oldest_at\":\"" + to_rfc3339(clock.now()) + "\"}]");
  const std::string day = to_rfc3339(clock.now()).substr(0, 10);
  const std::string json = body("/api/v1/funnel", {{"from", day}, {"to", day}});
  EXPECT_THAT(json, ::testing::StartsWith("{\"from\":\"" + day + "\",\"to\":\"" + day +
                                          "\",\"totals\":{\"Pending\":0,\"Requested\":1,"));
  EXPECT_THAT(json,
              ::testing::EndsWith("\"days\":[{\"day\":\"" + day +
                                  "\",\"requested\":1,\"sent\":0,\"opened\":0,\"clicked\":0}]}"));
}

STOCKBELL_STORE_TESTS(RequestRoutesTest);

}  // namespace
}  // namespace stockbell::crm::requests
