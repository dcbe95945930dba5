#include "platform/salesforce/salesforce_client.h"

#include <gmock/gmock.h>

#include "platform/salesforce/api_answer.h"
#include "platform/salesforce/marketing_cloud_client.h"
#include "support/scripted_server.h"

namespace stockbell::salesforce {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

// Salesforce as reference 3.1 to 3.3 describes it: no expires_in, 401 with an array, limits in a
// header.
class Org : public ::testing::Test {
 protected:
  http::Response reply(const http::Request& request) {
    if (request.path == "/services/oauth2/token") return token(request);
    if (request.header("Authorization") != "Bearer " + current_token())
      return http::Response::json(
          401, R"([{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}])");
    auto answer = next ? next(request) : http::Response::json(200, R"({"DailyApiRequests":{}})");
    answer.set("Sforce-Limit-Info", "api-usage=" + usage);
    return answer;
  }
  http::Response token(const http::Request& request) {
    const auto form = request.form();
    const auto value = [&](const std::string& name) {
      for (const auto& [key, text] : *form)
        if (key == name) return text;
      return std::string();
    };
    if (value("client_secret") != "s&cret=1")
      return http::Response::json(
          400, R"({"error":"invalid_client","error_description":"invalid client credentials"})");
    EXPECT_EQ(value("grant_type"), "client_credentials");
    EXPECT_EQ(value("client_id"), "stock bell");
    ++tokens;
    return http::Response::json(200, R"({"access_token":")" + current_token() +
                                         R"(","instance_url":")" + server.url() +
                                         R"(","token_type":"Bearer","issued_at":"1700000000000"})");
  }
  std::string current_token() const { return "00D!" + std::to_string(epoch); }

  ManualClock clock;
  int tokens = 0, epoch = 1;
  std::string usage = "18/5000";
  std::function<http::Response(const http::Request&)> next;
  testing::ScriptedServer server{[this](const http::Request& request) { return reply(request); }};
  SalesforceClient client{{{.url = server.url(),
                            .client_id = "stock bell",
                            .client_secret = "s&cret=1",
                            .ca_file = "",
                            .connect_timeout = 1s,
                            .timeout = 1s},
                           "59.0"},
                          clock};
};

TEST_F(Org, SignsInOnceAndKeepsTheToken) {
  ASSERT_TRUE(client.check());
  ASSERT_TRUE(client.get("/query?q=SELECT+Id+FROM+Contact"));
  ASSERT_TRUE(client.get("/services/data/v58.0/query/01g-2000"));
  EXPECT_EQ(tokens, 1);
  EXPECT_THAT(server.calls(), ::testing::ElementsAre("POST /services/oauth2/token",
                                                     "GET /services/data/v59.0/limits",
                                                     "GET /services/data/v59.0/query",
                                                     "GET /services/data/v58.0/query/01g-2000"));
  EXPECT_EQ(client.usage().used, 18);
  EXPECT_FALSE(client.usage().near_limit());
}

TEST_F(Org, SignsInAgainOnceWhenTheTokenIsNoLongerTaken) {
  ASSERT_TRUE(client.check());
  epoch = 2;  // the session ended at the server; nothing told us
  ASSERT_TRUE(client.check());
  EXPECT_EQ(tokens, 2);
}

TEST_F(Org, GivesUpWhenAFreshTokenIsRefusedToo) {
  next = [](const http::Request&) {
    return http::Response::json(401, R"([{"message":"no","errorCode":"INVALID_SESSION_ID"}])");
  };
  const auto answer = client.check();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unauthorized);
  EXPECT_EQ(tokens, 2);
}

TEST_F(Org, TellsOfWrongCredentialsWithoutThem) {
  SalesforceClient wrong({.server = {.url = server.url(), .client_id = "x", .client_secret = "topsecret"}},
                         clock);
  const auto answer = wrong.check();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unauthorized);
  EXPECT_EQ(answer.error().reason, "invalid_client");
  EXPECT_THAT(answer.error().message, Not(HasSubstr("topsecret")));
}

TEST_F(Org, ReadsErrorsFromTheArray) {
  next = [](const http::Request&) {
    return http::Response::json(
        400,
        R"([{"message":"Email: invalid email address: ada@example.com","errorCode":"INVALID_EMAIL_ADDRESS","fields":["Email","X"]}])");
  };
  const auto refused = client.get("/sobjects/Contact/1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(refused.error().reason, "INVALID_EMAIL_ADDRESS");
  EXPECT_EQ(refused.error().field, "Email,X");
  EXPECT_EQ(refused.error().message, "Email: invalid email address: (address)");
  next = [](const http::Request&) {
    return http::Response::json(
        400, R"([{"message":"busy","errorCode":"UNABLE_TO_LOCK_ROW","fields":[]}])");
  };
  EXPECT_TRUE(client.get("/x").error().temporary());
  next = [](const http::Request&) { return http::Response::html(502, "<h1>Bad gateway</h1>"); };
  EXPECT_TRUE(client.get("/x").error().temporary());
  next = [](const http::Request&) { return http::Response::html(200, "<h1>Maintenance</h1>"); };
  EXPECT_TRUE(client.get("/x").error().temporary());
  next = [](const http::Request&) { return http::Response::redirect("https://elsewhere", 302); };
  EXPECT_TRUE(client.get("/x").error().temporary());
}

TEST_F(Org, LeavesTheServerAloneAsLongAsItAsks) {
  next = [](const http::Request&) {
    return http::Response::json(503, R"([{"message":"later","errorCode":"SERVER_UNAVAILABLE"}])")
        .set("Retry-After", "7");
  };
  EXPECT_EQ(client.check().error().reason, "SERVER_UNAVAILABLE");
  next = nullptr;
  const auto before = server.calls().size();
  clock.advance(6900ms);
  EXPECT_EQ(client.check().error().reason, "server-paused");
  EXPECT_EQ(server.calls().size(), before);
  clock.advance(200ms);
  EXPECT_TRUE(client.check());
}

TEST_F(Org, HeedsTheDailyLimit) {
  usage = "4600/5000";
  ASSERT_TRUE(client.check());
  EXPECT_TRUE(client.usage().near_limit());
  next = [](const http::Request&) {
    return http::Response::json(
        403,
        R"([{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}])");
  };
  const auto refused = client.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  next = nullptr;
  clock.advance(5min);
  EXPECT_EQ(client.check().error().reason, "server-paused");
  clock.advance(6min);
  EXPECT_TRUE(client.check());
}

TEST_F(Org, WaitsNoLongerThanItsTimeout) {
  next = [](const http::Request&) {
    std::this_thread::sleep_for(1500ms);  // the slow server is what is tried here
    return http::Response::json(200, "{}");
  };
  const auto before = std::chrono::steady_clock::now();
  const auto late = client.check();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "http-timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1400ms);
}

TEST_F(Org, IsUnavailableWhileTheServerIsAway) {
  ASSERT_TRUE(client.check());
  server.stop();
  EXPECT_TRUE(client.check().error().temporary());
  server.start();
  EXPECT_TRUE(client.check());
}

TEST_F(Org, TakesNoAnswerPastItsLimitOrTooDeep) {
  EXPECT_FALSE(parse_answer(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_answer("{\"a\":1}{"));
}

TEST(MarketingCloud, SignsInWithJsonAndRenewsInTime) {
  ManualClock clock;
  int tokens = 0;
  testing::ScriptedServer server([&](const http::Request& request) {
    if (request.path == "/v2/token") {
      EXPECT_THAT(request.body, HasSubstr(R"("client_secret":"s\"1")"));
      ++tokens;
      return http::Response::json(
          200, R"({"access_token":"t","token_type":"Bearer","expires_in":1080,"scope":"data"})");
    }
    EXPECT_EQ(request.header("Authorization"), "Bearer t");
    if (request.path.ends_with("/key:Bad/rowset"))
      return http::Response::json(
          400, R"({"message":"Unable to save rows","errorcode":10006,"documentation":""})");
    return http::Response::json(200, request.body);
  });
  MarketingCloudClient client(
      {.url = server.url(), .client_id = "connect", .client_secret = "s\"1"}, clock);
  ASSERT_TRUE(client.upsert_rows("Contact_Salesforce", "[]"));
  ASSERT_TRUE(client.upsert_rows("Contact_Salesforce", "[]"));
  EXPECT_EQ(tokens, 1);
  clock.advance(18min);
  ASSERT_TRUE(client.upsert_rows("Contact_Salesforce", "[]"));
  EXPECT_EQ(tokens, 2);
  const auto refused = client.upsert_rows("Bad", "[]");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "marketing-cloud-10006");
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace stockbell::salesforce
