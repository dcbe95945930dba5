// What the notify form's route counts, over the router.
#include "commerce/capture/capture_routes.h"

#include <gtest/gtest.h>

#include "support/store.h"

namespace stockbell::commerce {
namespace {

class CaptureRoutesTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(capture_store::migrations()));
    add_capture_routes(router, intake, capture, {});
  }
  // As the server does it: promptly if it goes, else by a worker.
  int post() {
    http::Request request;
    request.method = "POST";
    request.path = "/api/v1/notification-requests";
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = R"({"sku":"S1","email":"ada@example.com"})";
    request.client_address = "192.0.2.1";
    const auto match = router.find(request.method, request.path);
    int status = 0;
    http::Reply reply([&](Result<http::Response> answer) { status = answer.value().status; });
    if (match.route->prompt(request, reply)) return status;
    reply.leave();
    return match.route->handler(request).value().status;
  }

  std::function<Result<bool>(const std::string&)> known = [](const std::string&) {
    return Result<bool>(true);
  };
  Sites sites = Sites::one({});
  FrontDoorOptions options{.with_token = {1, std::chrono::minutes(1)}};
  FrontDoor door{options, sites, clock, random};
  CaptureService capture{db(), clock, random, ids, known, nullptr};
  PublicIntake intake{capture, door, sites, clock, known};
  http::Router router;
};

TEST_P(CaptureRoutesTest, CountsAPostOnceWhoeverAnswersIt) {
  for (int i = 0; i < 10; ++i) EXPECT_NE(post(), 429) << "post " << i << " of ten times one";
  EXPECT_EQ(post(), 429);
}

STOCKBELL_STORE_TESTS(CaptureRoutesTest);

}  // namespace
}  // namespace stockbell::commerce
