// Requests that the CRM cannot take, beside those that it takes, on both stores.
#include <gmock/gmock.h>

#include "commerce/capture/capture_service.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

class CaptureOutboxTest : public testing::StoreTest, NotificationIntake {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(capture_store::migrations())); }
  void TearDown() override { capture.stop(); }

  Result<IntakeReceipt> submit(const NotificationRequest& request) override {
    if (request.sku == "BAD") return fail(ErrorCode::conflict, "odd", "not now");
    std::lock_guard lock(mutex);
    for (const auto& row : rows()) outbox_then.push_back(row.sku);
    submitted.push_back(request.sku);
    return IntakeReceipt{};
  }
  std::vector<capture_store::OutboxRow> rows() {
    return db().read([](db::Session& s) { return capture_store::list(s, 10); }).value();
  }
  Result<> ask(const std::string& sku) {
    NotificationRequest request;
    request.email = request.email_normalized = "ada@example.com";
    request.sku = sku;
    request.site = "default";
    request.locale = "en-GB";
    request.quantity = 1;
    request.requested_at = clock.now();
    return capture.accept(request);
  }

  std::mutex mutex;
  std::vector<std::string> submitted, outbox_then;
  CaptureService capture{
      db(), clock, random, ids, [](const std::string&) { return Result<bool>(true); }, this};
};

TEST_P(CaptureOutboxTest, ARequestThatHasToWaitHoldsUpNobody) {
  ASSERT_TRUE(capture.open_journal({.folder = directory() / "journal"}));
  capture.start();
  ASSERT_TRUE(ask("BAD"));
  ASSERT_TRUE(capture.settle());
  ASSERT_EQ(rows().size(), 1u);
  ASSERT_EQ(rows()[0].attempts, 1);
  ASSERT_TRUE(ask("GOOD"));
  ASSERT_TRUE(capture.settle());
  std::lock_guard lock(mutex);
  EXPECT_THAT(submitted, ::testing::ElementsAre("GOOD"));
  EXPECT_THAT(outbox_then, ::testing::ElementsAre("BAD")) << "GOOD went by the store";
}

TEST_P(CaptureOutboxTest, ParksARequestAfterTwentyAttempts) {
  ASSERT_TRUE(ask("BAD"));
  for (int i = 0; i < 19; ++i) {
    ASSERT_TRUE(capture.hand_over());
    clock.advance(1h);
  }
  EXPECT_EQ(rows()[0].state, "pending");
  ASSERT_TRUE(capture.hand_over());
  ASSERT_EQ(rows()[0].state, "parked");
  EXPECT_EQ(rows()[0].attempts, 20);
  ASSERT_TRUE(capture.release(rows()[0].id));
  ASSERT_TRUE(capture.hand_over());
  EXPECT_EQ(rows()[0].state, "pending") << "a person's retry begins anew";
}

STOCKBELL_STORE_TESTS(CaptureOutboxTest);

}  // namespace
}  // namespace stockbell::commerce
