// Who may come by the way of Klaviyo's snippets, over the router.
#include "commerce/capture/klaviyo_routes.h"

#include <gtest/gtest.h>

#include "support/store.h"

namespace stockbell::commerce {
namespace {

constexpr const char* kDocument = R"({"data":{"type":"back-in-stock-subscription","attributes":{
  "channels":["EMAIL"],"profile":{"data":{"type":"profile","attributes":{"email":"kate@example.com"}}}},
  "relationships":{"variant":{"data":{"type":"catalog-variant","id":"$shopify:::$default:::S1"}}}}})";

class KlaviyoRoutesTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(capture_store::migrations())); }

  http::Response post(const std::string& path, std::string company, std::string type,
                      std::string body) {
    FrontDoor door(options, sites, clock, random);
    PublicIntake intake(capture, door, sites, clock, known);
    http::Router router;
    add_klaviyo_routes(router, intake, companies);
    http::Request request;
    request.method = "POST";
    request.path = path;
    if (!company.empty()) request.query.emplace_back("company_id", company);
    request.headers.emplace_back("Content-Type", std::move(type));
    request.body = std::move(body);
    request.client_address = "192.0.2.1";
    const auto match = router.find("POST", path);
    EXPECT_TRUE(match.route) << path;
    return match.route->handler(request).value();
  }
  http::Response subscribe(const std::string& company) {
    return post("/client/back-in-stock-subscriptions", company, "application/vnd.api+json",
                kDocument);
  }
  http::Response subscribe_by_form(const std::string& company) {
    return post("/onsite/components/back-in-stock/subscribe", "",
                "application/x-www-form-urlencoded",
                "a=" + company + "&email=old%40example.com&variant=S1&platform=shopify");
  }

  std::function<Result<bool>(const std::string&)> known = [](const std::string&) {
    return Result<bool>(true);
  };
  Sites sites = Sites::one({});
  FrontDoorOptions options;
  KlaviyoCompanies companies;
  CaptureService capture{db(), clock, random, ids, known, nullptr};
};

TEST_P(KlaviyoRoutesTest, TakesOnlyCompaniesThatAreConfigured) {
  for (const auto* company : {"default", "AbC123", ""}) {
    const auto refused = subscribe(company);
    EXPECT_EQ(refused.status, 400) << company << ": a way round the front door for anybody";
    EXPECT_NE(refused.body.find("company-unknown"), std::string::npos) << refused.body;
    EXPECT_EQ(subscribe_by_form(company).status, 400) << company;
  }
  companies = {{"AbC123", "default"}};
  EXPECT_EQ(subscribe("AbC123").status, 202);
  EXPECT_EQ(subscribe_by_form("AbC123").status, 200);
  EXPECT_EQ(subscribe("default").status, 400) << "not listed";
  companies["default"] = "default";
  EXPECT_EQ(subscribe("default").status, 202);
}

TEST_P(KlaviyoRoutesTest, IsClosedWhereEverybodyIsAskedForACaptcha) {
  companies = {{"AbC123", "default"}};
  options.captcha.verify_url = "http://127.0.0.1:1/verify";
  EXPECT_EQ(subscribe("AbC123").status, 202) << "asked only of who misbehaves";
  options.captcha.always = true;
  const auto refused = subscribe("AbC123");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("captcha-needed"), std::string::npos) << refused.body;
  EXPECT_EQ(subscribe_by_form("AbC123").status, 403);
}

STOCKBELL_STORE_TESTS(KlaviyoRoutesTest);

}  // namespace
}  // namespace stockbell::commerce
