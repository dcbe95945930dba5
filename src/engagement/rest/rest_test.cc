#include <gmock/gmock.h>

#include "engagement/rest/data_extension_rows.h"
#include "engagement/rest/rest_routes.h"
#include "platform/http/server.h"
#include "platform/salesforce/api_answer.h"
#include "platform/salesforce/marketing_cloud_client.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using salesforce::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Box : SynchronizedExtensions, StockEvents, StatusUpdateSource {
  Result<> apply(const ChangeBatch& batch) override {
    if (away) return fail(ErrorCode::unavailable, "store-full", "the store is full");
    contacts.insert(contacts.end(), batch.contacts.begin(), batch.contacts.end());
    requests.insert(requests.end(), batch.requests.begin(), batch.requests.end());
    return {};
  }
  Result<> observe(const std::vector<StockObservation>& seen) override {
    stock.insert(stock.end(), seen.begin(), seen.end());
    return {};
  }
  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override {
    std::vector<StatusUpdate> found;
    for (const auto& update : outbox)
      if (update.sequence > after && std::ssize(found) < limit) found.push_back(update);
    return found;
  }
  Result<> discard_through(std::int64_t sequence) override {
    discarded = sequence;
    return {};
  }
  void on_update(std::function<void()>) override {}

  bool away = false;
  std::vector<SyncedContact> contacts;
  std::vector<SyncedRequest> requests;
  std::vector<StockObservation> stock;
  std::vector<StatusUpdate> outbox;
  std::int64_t discarded = 0;
};

class RestTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(DataExtensions::migrations()));
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
    http::Router router;
    queries = std::make_unique<QueryService>(*extensions, random, ids);
    events = std::make_unique<EventService>(EventService::Parts{*extensions, ids, random, {}, {}});
    imports = std::make_unique<ImportDefinitionService>(ImportDefinitionService::Parts{
        *extensions, random, ids, directory(), &EventService::rows_arrived, {}});
    automations = std::make_unique<AutomationService>(
        AutomationService::Parts{*extensions, *queries, *events, ids, random, *imports, {}, {}});
    add_rest_routes(router, {box, box, box, clock, *extensions, *queries, *automations, *events});
    http::Route token;
    token.method = "POST";
    token.pattern = "/v2/token";
    token.least = http::Role::anonymous;
    token.handler = [](const http::Request&) -> Result<http::Response> {
      return http::Response::json(200, R"({"access_token":"good"})");
    };
    router.add(std::move(token));
    http::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    server = std::make_unique<http::Server>(
        options, std::move(router), [](const http::Request& request) -> Result<http::Principal> {
          const auto key = request.header("Authorization");
          if (key == "Bearer good") return http::Principal{http::Role::admin, "connect"};
          if (key == "Bearer shop") return http::Principal{http::Role::intake, "shop"};
          return http::Principal{};
        });
    EXPECT_TRUE(server->start());
    url = "http://127.0.0.1:" + std::to_string(server->port());
    client = std::make_unique<salesforce::MarketingCloudClient>(
        salesforce::ServerOptions{.url = url, .client_id = "c", .client_secret = "s"}, clock);
  }
  http::Response post(const std::string& key, const std::string& rows,
                      const std::string& bearer = "good") {
    http::ClientRequest request;
    request.method = "POST";
    request.url = url + "/hub/v1/dataevents/key:" + key + "/rowset";
    request.headers = {{"Authorization", "Bearer " + bearer}, {"Content-Type", "application/json"}};
    request.body = rows;
    return http::fetch(request).value();
  }

  Box box;
  std::unique_ptr<DataExtensions> extensions;
  std::unique_ptr<QueryService> queries;
  std::unique_ptr<EventService> events;
  std::unique_ptr<ImportDefinitionService> imports;
  std::unique_ptr<AutomationService> automations;
  std::unique_ptr<http::Server> server;
  std::string url;
  std::unique_ptr<salesforce::MarketingCloudClient> client;
};

const std::string kContact = to_record_id(kContactPrefix, 5),
                  kRequest = to_record_id(kRequestPrefix, 7);

TEST_P(RestTest, TakesSynchronisedRows) {
  ASSERT_TRUE(client->upsert_rows(
      "Contact_Salesforce",
      R"([{"keys":{"Id":")" + kContact +
          R"("},"values":{"Email":"ada@example.com","FirstName":"Ada","LastName":"L","Phone":null}}])"));
  ASSERT_TRUE(client->upsert_rows(
      "Back_In_Stock__c_Salesforce",
      R"([{"keys":{"Id":")" + kRequest + R"("},"values":{"Contact__c":")" + kContact +
          R"(","Product_SKU__c":"S1","Site__c":"default","Locale__c":"en-GB","Quantity__c":2,"Status__c":"Requested","Requested_Date__c":"2026-01-01T00:00:00.000Z","Last_Asked_Date__c":"2026-01-02T00:00:00.000Z","Deleted":false}},{"keys":{"Id":")" +
          to_record_id(kRequestPrefix, 8) + R"("},"values":{"Deleted":true}}])"));
  ASSERT_EQ(box.contacts.size(), 1u);
  EXPECT_EQ(box.contacts[0].id.value, 5);
  EXPECT_EQ(box.contacts[0].email, "ada@example.com");
  ASSERT_EQ(box.requests.size(), 2u);
  EXPECT_EQ(box.requests[0].contact.value, 5);
  EXPECT_EQ(box.requests[0].quantity, 2);
  EXPECT_EQ(box.requests[0].requested_at, from_ms(1'767'225'600'000));
  EXPECT_EQ(box.requests[0].asked_at, from_ms(1'767'312'000'000));
  EXPECT_TRUE(box.requests[1].deleted);
}

TEST_P(RestTest, TakesStockAndBelievesNoTimeAhead) {
  const auto ahead = to_rfc3339(clock.now() + std::chrono::hours(2));
  ASSERT_TRUE(client->upsert_rows(
      "Catalog_Stock",
      R"([{"keys":{"SKU":"S1"},"values":{"InStock":true,"ATS":3,"ObservedAt":")" + ahead +
          R"("}},{"keys":{"sku":"S2"},"values":{"instock":"N","ats":"0","observedat":"2020-01-01T00:00:00Z"}}])"));
  ASSERT_EQ(box.stock.size(), 2u);
  EXPECT_EQ(box.stock[0].observed_at, clock.now());
  EXPECT_TRUE(box.stock[0].in_stock);
  EXPECT_FALSE(box.stock[1].in_stock);
}

TEST_P(RestTest, HandsOutUpdatesAndForgetsThemWhenRead) {
  for (int i = 1; i <= 5; ++i)
    box.outbox.push_back(
        {i, RequestId{7}, RequestStatus::sent, from_ms(1'767'225'600'000), "smtp 250"});
  box.outbox[3].sku = "S2";
  box.outbox[4].asked_again = true;
  box.outbox[3].decided_on = from_ms(1'767'225'600'001);
  const auto page = client->call({"GET",
                                  "/data/v1/customobjectdata/key/Back_In_Stock__c_Updates/"
                                  "rowset?$pageSize=2&$filter=Sequence%20gt%203",
                                  ""});
  ASSERT_TRUE(page) << page.error().message;
  const auto& items = *salesforce::array_in(*page, "items");
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(text_of(items[0].at("keys"), "sequence"), "4");
  EXPECT_EQ(text_of(items[0].at("values"), "id"), kRequest);
  EXPECT_EQ(text_of(items[0].at("values"), "status__c"), "Sent");
  EXPECT_EQ(text_of(items[0].at("values"), "product_sku__c"), "S2");
  EXPECT_EQ(text_of(items[0].at("values"), "last_asked_date__c"), "");
  EXPECT_EQ(text_of(items[0].at("values"), "decided_on_asking__c"), "2026-01-01T00:00:00.001Z");
  EXPECT_EQ(text_of(items[1].at("values"), "decided_on_asking__c"), "");
  EXPECT_EQ(text_of(items[1].at("values"), "product_sku__c"), "");
  EXPECT_EQ(text_of(items[1].at("values"), "last_asked_date__c"), "2026-01-01T00:00:00.000Z");
  ASSERT_TRUE(client->upsert_rows("Back_In_Stock__c_Updates_Read",
                                  R"([{"keys":{"Consumer":"Connect"},"values":{"Sequence":5}}])"));
  EXPECT_EQ(box.discarded, 5);
}

TEST_P(RestTest, RefusesWhatIsWrongInMarketingCloudsForm) {
  EXPECT_EQ(post("Contact_Salesforce", "[]", "wrong").body,
            R"({"message":"Not Authorized","errorcode":0,"documentation":""})");
  EXPECT_EQ(post("Contact_Salesforce", "[]", "shop").status, 403);
  EXPECT_EQ(post("Nothing", "[]").status, 404);
  for (const std::string rows :
       {"", "{}", "[1]", "[{\"keys\":1}]", "[{\"keys\":{\"Id\":\"x\"},\"values\":{}}]",
        "[{\"keys\":{\"Id\":[]},\"values\":{}}]", "[{\"other\":{}}]", "[[[[[[[[[[[[]]]]]]]]]]]]",
        "[{\"keys\":{\"Id\":\"a\"},\"values\":{\"id\":\"b\"}}]"}) {
    const auto answer = post("Contact_Salesforce", rows);
    EXPECT_EQ(answer.status, 400) << rows;
    EXPECT_THAT(answer.body, HasSubstr("\"errorcode\":10006")) << rows;
  }
  EXPECT_EQ(
      post("Contact_Salesforce", R"([{"keys":{"Id":")" + kContact + R"("},"values":{"Email":")" +
                                     std::string(5000, 'x') + "\"}}]")
          .status,
      400);
  EXPECT_EQ(post("Contact_Salesforce",
                 R"([{"keys":{"Id":")" + kContact + R"("},"values":{"Surname":"x"}}])")
                .status,
            400);
  EXPECT_EQ(post("Back_In_Stock__c_Salesforce",
                 R"([{"keys":{"Id":")" + kRequest + R"("},"values":{"Status__c":"Maybe"}}])")
                .status,
            400);
  EXPECT_TRUE(box.contacts.empty());
  EXPECT_TRUE(box.requests.empty());
  box.away = true;
  EXPECT_EQ(post("Contact_Salesforce", "[]").status, 503);
}

STOCKBELL_STORE_TESTS(RestTest);

TEST(SequenceFilter, ReadsItsOneForm) {
  EXPECT_EQ(parse_sequence_filter("Sequence gt 41").value(), 41);
  for (const char* wrong :
       {"", "Sequence gt", "Sequence gt ", "Sequence gt -1", "Sequence gt 1 or 1 eq 1",
        "Sequence lt 3", "Sequence gt 99999999999999999999"})
    EXPECT_FALSE(parse_sequence_filter(wrong)) << wrong;
}

}  // namespace
}  // namespace stockbell::engagement
