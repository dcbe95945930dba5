#include <gmock/gmock.h>

#include <set>

#include "commerce/remote/remote_intake.h"
#include "commerce/remote/remote_purchases.h"
#include "commerce/remote/remote_stock_events.h"
#include "platform/salesforce/api_answer.h"
#include "support/scripted_server.h"

namespace stockbell::commerce {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFlow = "POST /services/data/v59.0/actions/custom/flow/BackInStockRequest";

// An org whose flow answers as reference 3.8 and 4.3 have it; its ids are no ids of ours.
class RemoteIntakeTest : public ::testing::Test {
 protected:
  http::Response reply(const http::Request& request) {
    if (request.path == "/services/oauth2/token")
      return http::Response::json(200, R"({"access_token":"t"})");
    if (whole) return *whole;
    const auto body = salesforce::parse_answer(request.body);
    const auto& inputs = *salesforce::array_in(*body, "inputs");
    std::string out = "[";
    bool failed = false;
    for (const auto& input : inputs)
      if (choking.contains(salesforce::text_of(input, "Request_Key__c")))
        return http::Response::json(500, R"([{"message":"no","errorCode":"UNKNOWN_EXCEPTION"}])");
    for (const auto& input : inputs) {
      const auto sku = salesforce::text_of(input, "Product_SKU__c");
      order.push_back(salesforce::text_of(input, "Request_Key__c"));
      if (out.size() > 1) out += ',';
      if (sku == "BAD")
        out += refusal(
            R"("errorCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION","ErrorMessage":"no such SKU")");
      else if (sku == "MANY")
        out += refusal(R"("ErrorMessage":"Multiple Contacts were resolved")");
      else if (sku == "LOCKED")
        out += refusal(R"("errorCode":"UNABLE_TO_LOCK_ROW","ErrorMessage":"busy")");
      else if (sku == "FAULT") {
        failed = true;
        out +=
            R"({"actionName":"BackInStockRequest","errors":[{"statusCode":"UNKNOWN_EXCEPTION","message":"An error occurred when executing a flow interview.","fields":[]}],"isSuccess":false,"outputValues":null})";
      } else
        out +=
            R"({"actionName":"BackInStockRequest","errors":null,"isSuccess":true,"outputValues":{"contactId":"0035g00000AbCdEAAV","requestId":"a015g00000XyZ12AAF","contactCreated":true,"requestCreated":true,"Flow__InterviewStatus":"Finished"}})";
    }
    return http::Response::json(failed ? 400 : 200, out + "]");
  }
  static std::string refusal(const std::string& fields) {
    return R"({"actionName":"BackInStockRequest","errors":null,"isSuccess":true,"outputValues":{"isSuccess":false,)" +
           fields + "}}";
  }
  static NotificationRequest asked(const std::string& key, const std::string& sku) {
    NotificationRequest request;
    request.request_key = key;
    request.email = request.email_normalized = key + "@example.com";
    request.sku = sku;
    request.site = "default";
    request.requested_at = from_ms(1'767'225'600'123);
    return request;
  }

  ManualClock clock;
  std::vector<std::string> order;
  std::optional<http::Response> whole;
  std::set<std::string> choking;  // keys at which the whole call fails
  testing::ScriptedServer server{[this](const http::Request& request) { return reply(request); }};
  salesforce::SalesforceClient client{
      {{.url = server.url(), .client_id = "c", .client_secret = "s"}}, clock};
  RemoteIntake intake{client};
};

TEST_F(RemoteIntakeTest, SaysWhatTheShopperSaid) {
  auto request = asked("k1", "A1");
  request.first_name = "Ada \"the\" Countess";
  request.consent = {"v1", from_ms(1'767'225'600'000), "https://shop.example/p"};
  const auto receipt = intake.submit(request);
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_TRUE(receipt->request_created);
  EXPECT_FALSE(receipt->request);  // an id of 18 characters that fits no 63 bits does no harm
  const auto body = server.seen().back().body;
  EXPECT_THAT(body, HasSubstr(R"("Requested_Date__c":"2026-01-01T00:00:00.123Z")"));
  EXPECT_THAT(body, HasSubstr(R"("FirstName":"Ada \"the\" Countess")"));
  EXPECT_THAT(body, HasSubstr(R"("Consent_Text_Version__c":"v1")"));
  EXPECT_THAT(body, Not(HasSubstr("Phone")));
}

TEST_F(RemoteIntakeTest, CarriesManyInOneCallInOrderAndTellsThemApart) {
  const std::vector<NotificationRequest> requests = {asked("1", "A1"),     asked("2", "BAD"),
                                                     asked("3", "LOCKED"), asked("4", "MANY"),
                                                     asked("5", "FAULT"),  asked("6", "A1")};
  const auto receipts = intake.submit_all(requests);
  ASSERT_EQ(receipts.size(), 6u);
  EXPECT_EQ(server.count(kFlow), 1u);
  EXPECT_THAT(order, ::testing::ElementsAre("1", "2", "3", "4", "5", "6"));
  EXPECT_TRUE(receipts[0]);
  EXPECT_EQ(receipts[1].error().code, ErrorCode::invalid);  // refused for good
  EXPECT_EQ(receipts[1].error().reason, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
  EXPECT_EQ(receipts[2].error().code, ErrorCode::internal);  // this one again, later
  EXPECT_EQ(receipts[3].error().code, ErrorCode::invalid);
  EXPECT_EQ(receipts[4].error().code, ErrorCode::internal);
  EXPECT_TRUE(receipts[5]);
}

TEST_F(RemoteIntakeTest, GivesNoRequestUpForWhatOnlyConfigurationMends) {
  for (const int status : {403, 404, 500, 503, 401}) {
    whole = http::Response::json(status, R"([{"message":"no","errorCode":"NOT_FOUND"}])");
    const auto receipt = intake.submit(asked("k", "A1"));
    ASSERT_FALSE(receipt);
    EXPECT_NE(receipt.error().code, ErrorCode::invalid) << status;
    EXPECT_NE(receipt.error().code, ErrorCode::not_found) << status;
  }
  server.stop();
  EXPECT_TRUE(intake.submit(asked("k", "A1")).error().temporary());
}

TEST_F(RemoteIntakeTest, TriesOneByOneWhenTheCallIsRefusedAsAWhole) {
  whole =
      http::Response::json(400, R"([{"message":"Unexpected","errorCode":"JSON_PARSER_ERROR"}])");
  const std::vector<NotificationRequest> requests = {asked("1", "A1"), asked("2", "A1")};
  const auto receipts = intake.submit_all(requests);
  EXPECT_EQ(server.count(kFlow), 3u);
  EXPECT_EQ(receipts[1].error().code, ErrorCode::internal);  // kept, and tried again by itself
}

TEST_F(RemoteIntakeTest, GoesPastRequestsThatTheServerFailsAt) {
  choking = {"1", "2", "3"};
  std::vector<NotificationRequest> waiting;
  for (int i = 1; i <= 20; ++i) waiting.push_back(asked(std::to_string(i), "A1"));
  std::set<std::string> postponed;
  for (int round = 0; round < 20 && !waiting.empty(); ++round) {
    const auto receipts = intake.submit_all(waiting);
    ASSERT_EQ(receipts.size(), waiting.size());
    std::vector<NotificationRequest> left;  // as the outbox keeps them
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (receipts[i]) {
        EXPECT_FALSE(choking.contains(waiting[i].request_key));
        continue;
      }
      if (receipts[i].error().code == ErrorCode::internal)
        postponed.insert(waiting[i].request_key);
      else
        left.push_back(waiting[i]);
      EXPECT_NE(receipts[i].error().code, ErrorCode::invalid);
    }
    waiting = std::move(left);
  }
  EXPECT_TRUE(waiting.empty()) << waiting.size() << " stand behind the bad ones";
  EXPECT_EQ(postponed, choking);
}

TEST_F(RemoteIntakeTest, AServerThatFailsAtEverythingIsAway) {
  whole = http::Response::json(500, R"([{"message":"no","errorCode":"UNKNOWN_EXCEPTION"}])");
  std::vector<NotificationRequest> waiting;
  for (int i = 1; i <= 8; ++i) waiting.push_back(asked(std::to_string(i), "A1"));
  for (int round = 0; round < 12; ++round) {
    const auto calls = server.count(kFlow);
    for (const auto& receipt : intake.submit_all(waiting))
      EXPECT_EQ(receipt.error().code, ErrorCode::unavailable);
    EXPECT_LE(server.count(kFlow) - calls, 2u);
  }
  whole.reset();
  for (int round = 0; round < 3; ++round) intake.submit_all(waiting);
  const auto calls = server.count(kFlow);  // all in one call again
  for (const auto& receipt : intake.submit_all(waiting)) EXPECT_TRUE(receipt);
  EXPECT_EQ(server.count(kFlow) - calls, 1u);
}

TEST_F(RemoteIntakeTest, SaysThatAMailboxMustConfirmOnlyWhereItMust) {
  auto request = asked("k1", "A1");
  ASSERT_TRUE(intake.submit(request));
  EXPECT_THAT(server.seen().back().body, Not(HasSubstr("Needs_Confirmation__c")));
  request.needs_confirmation = true;
  ASSERT_TRUE(intake.submit(request));
  EXPECT_THAT(server.seen().back().body, HasSubstr(R"("Needs_Confirmation__c":true)"));
}

TEST(RemotePurchases, ClosesWhatTheMailboxAskedForBefore) {
  ManualClock clock;
  std::string asked_for;
  std::string answer = R"([{"id":"1","success":true,"errors":[]}])";
  testing::ScriptedServer server([&](const http::Request& request) {
    if (request.path == "/services/oauth2/token")
      return http::Response::json(200, R"({"access_token":"t"})");
    if (request.path.ends_with("/composite/sobjects")) return http::Response::json(200, answer);
    asked_for = request.query_value("q").value_or("");
    return http::Response::json(200, R"({"done":true,"records":[
      {"Id":"a01000000000001AAA","Status__c":"Clicked","Requested_Date__c":"2025-12-01T00:00:00.000+0000"},
      {"Id":"a01000000000002AAA","Status__c":"Pending","Requested_Date__c":"2025-12-01T00:00:00.000+0000"},
      {"Id":"a01000000000003AAA","Status__c":"Requested","Requested_Date__c":"2026-02-01T00:00:00.000+0000"}]})");
  });
  salesforce::SalesforceClient client(
      {{.url = server.url(), .client_id = "c", .client_secret = "s"}}, clock);
  RemotePurchases purchases(client);
  const Purchase bought{"O'Ada@example.com", "o'ada@example.com",  "A'1\\", "eu",
                        "order-7",           from_ms(1'767'225'600'000), 1};
  ASSERT_TRUE(purchases.record(bought));
  EXPECT_THAT(asked_for, HasSubstr(R"(Product_SKU__c = 'A\'1\\')"));
  EXPECT_THAT(asked_for, HasSubstr(R"(IN ('O\'Ada@example.com','o\'ada@example.com'))"));
  EXPECT_THAT(asked_for, HasSubstr("Site__c = 'eu'"));
  const auto body = server.seen().back().body;
  EXPECT_THAT(body, HasSubstr(R"("id":"a01000000000001AAA","Status__c":"Purchased")"));
  EXPECT_THAT(body, HasSubstr(R"("id":"a01000000000002AAA","Status__c":"Cancelled")"));
  EXPECT_THAT(body, Not(HasSubstr("a01000000000003AAA")));
  EXPECT_THAT(body, HasSubstr("order-7"));
  answer = R"([{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"busy"}]}])";
  EXPECT_EQ(purchases.record(bought).error().code, ErrorCode::unavailable);
  answer =
      R"([{"success":false,"errors":[{"statusCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION","message":"no"}]}])";
  EXPECT_TRUE(purchases.record(bought));
  server.stop();
  EXPECT_TRUE(purchases.record(bought).error().temporary());
}

TEST(RemotePurchases, LeaveWhatWasAskedForAgainAfterThePurchase) {
  ManualClock clock;
  bool has_field = true;
  testing::ScriptedServer server([&](const http::Request& request) {
    if (request.path == "/services/oauth2/token")
      return http::Response::json(200, R"({"access_token":"t"})");
    if (request.path.ends_with("/composite/sobjects"))
      return http::Response::json(200, R"([{"id":"1","success":true,"errors":[]}])");
    const auto query = request.query_value("q").value_or("");
    if (query.find("Last_Asked_Date__c") == query.npos)
      return http::Response::json(200, R"({"done":true,"records":[{"Id":"a01000000000001AAA",
        "Status__c":"Requested","Requested_Date__c":"2025-12-01T00:00:00.000+0000"}]})");
    if (!has_field)
      return http::Response::json(
          400, R"([{"errorCode":"INVALID_FIELD","message":"No such column 'Last_Asked_Date__c'"}])");
    return http::Response::json(200, R"({"done":true,"records":[{"Id":"a01000000000001AAA",
      "Status__c":"Requested","Requested_Date__c":"2025-12-01T00:00:00.000+0000",
      "Last_Asked_Date__c":"2026-02-01T00:00:00.000+0000"}]})");
  });
  salesforce::SalesforceClient client(
      {{.url = server.url(), .client_id = "c", .client_secret = "s"}}, clock);
  RemotePurchases purchases(client);
  const Purchase bought{"ada@example.com", "ada@example.com",          "A", "eu",
                        "order-7",         from_ms(1'767'225'600'000), 1};
  ASSERT_TRUE(purchases.record(bought));
  EXPECT_EQ(server.seen().back().method, "GET");  // nothing is closed
  has_field = false;
  ASSERT_TRUE(purchases.record(bought));
  EXPECT_THAT(server.seen().back().body, HasSubstr(R"("Status__c":"Purchased")"));
}

TEST(RemoteStockEvents, WritesRowsOfTheCatalogStockExtension) {
  ManualClock clock;
  std::vector<std::size_t> sizes;
  testing::ScriptedServer server([&](const http::Request& request) {
    if (request.path == "/v2/token") return http::Response::json(200, R"({"access_token":"t"})");
    EXPECT_EQ(request.path, "/hub/v1/dataevents/key:Catalog_Stock/rowset");
    sizes.push_back(salesforce::parse_answer(request.body)->get_array().size());
    return http::Response::json(200, request.body);
  });
  salesforce::MarketingCloudClient client(
      {.url = server.url(), .client_id = "c", .client_secret = "s"}, clock);
  RemoteStockEvents events(client);
  std::vector<StockObservation> seen(450);
  for (int i = 0; i < 450; ++i)
    seen[static_cast<std::size_t>(i)] = {"SKU-" + std::to_string(i), i % 2 == 0, i,
                                         from_ms(1'767'225'600'000)};
  ASSERT_TRUE(events.observe(seen));
  EXPECT_THAT(sizes, ::testing::ElementsAre(200, 200, 50));
  EXPECT_THAT(
      server.seen().back().body,
      HasSubstr(
          R"({"keys":{"SKU":"SKU-400"},"values":{"InStock":true,"ATS":400,"ObservedAt":"2026-01-01T00:00:00.000Z"}})"));
  server.stop();
  EXPECT_TRUE(events.observe(seen).error().temporary());
}

}  // namespace
}  // namespace stockbell::commerce
