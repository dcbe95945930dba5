#include "access/test_access.h"

namespace stockbell::access {
namespace {

class MarketingCloudTokenTest : public AccessTest {
 protected:
  http::Response ask(const std::string& body, Headers headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return call("POST", "/v2/token", body, std::move(headers));
  }
};

TEST_P(MarketingCloudTokenTest, GivesATokenThatExpiresAndSaysWhereToGoOn) {
  const auto key = *box->create_key(http::Role::admin, "connect");
  const auto body =
      R"({"grant_type":"client_credentials","client_id":"connect","client_secret":")" + key +
      R"(","account_id":"1"})";
  const auto answer = ask(body, {{"Host", "engagement.internal:8080"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto json = object(answer);
  EXPECT_EQ(text_of(json, "token_type"), "Bearer");
  EXPECT_EQ(json.at("expires_in").as_int64(), 7200);
  EXPECT_EQ(text_of(json, "rest_instance_url"), "http://engagement.internal:8080/");
  EXPECT_EQ(text_of(object(ask(body)), "rest_instance_url"), "http://127.0.0.1:8080/");
  EXPECT_EQ(text_of(object(ask(body, {{"Host", "a/b@c"}})), "rest_instance_url"),
            "http://127.0.0.1:8080/");
  EXPECT_EQ(who("Bearer " + text_of(json, "access_token")), "admin connect");
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(who("Bearer " + text_of(json, "access_token")), "anonymous ");
}

TEST_P(MarketingCloudTokenTest, RefusesOthers) {
  EXPECT_EQ(
      ask(R"({"grant_type":"client_credentials","client_id":"a","client_secret":"b"})").status,
      400);
  EXPECT_EQ(ask(R"({"grant_type":"password"})").status, 400);
  EXPECT_EQ(ask(R"({"grant_type":1})").status, 400);
  EXPECT_EQ(ask("[").status, 400);
}

STOCKBELL_STORE_TESTS(MarketingCloudTokenTest);

}  // namespace
}  // namespace stockbell::access
