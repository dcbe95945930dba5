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
    keys.push_back(request.request_key);
    if (answers_are_lost) return fail(ErrorCode::unavailable, "lost", "the answer was lost");
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
  std::vector<std::string> submitted, keys, outbox_then;
  bool answers_are_lost = false;
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

// The CRM may have served and ended what it took.
TEST_P(CaptureOutboxTest, AskingAgainAfterALostAnswerIsNotSwallowed) {
  for (const bool by_journal : {false, true}) {
    if (by_journal) {
      ASSERT_TRUE(capture.open_journal({.folder = directory() / "journal"}));
      capture.start_journal();
    }
    keys.clear();
    answers_are_lost = true;
    ASSERT_TRUE(ask("GOOD"));
    if (by_journal)
      ASSERT_TRUE(capture.settle());
    else
      ASSERT_FALSE(capture.hand_over());
    ASSERT_EQ(keys.size(), 1u);
    answers_are_lost = false;
    ASSERT_TRUE(ask("GOOD"));
    ASSERT_TRUE(ask("GOOD")) << "a twin of one that was not tried yet";
    ASSERT_TRUE(capture.settle());
    ASSERT_TRUE(capture.hand_over());
    ASSERT_EQ(keys.size(), 3u);
    EXPECT_EQ(keys[0], keys[1]);
    EXPECT_NE(keys[1], keys[2]);
    EXPECT_EQ(rows().size(), 0u);
  }
}

TEST_P(CaptureOutboxTest, WhoAsksAgainWhileTheCrmIsAwayKeepsBothTimes) {
  ASSERT_TRUE(ask("GOOD"));
  clock.advance(9min);
  ASSERT_TRUE(ask("GOOD"));
  EXPECT_EQ(rows().size(), 1u);
  clock.advance(1min);
  ASSERT_TRUE(ask("GOOD"));
  EXPECT_EQ(rows().size(), 2u);
  ASSERT_TRUE(capture.hand_over());
  EXPECT_EQ(keys.size(), 2u);
}

STOCKBELL_STORE_TESTS(CaptureOutboxTest);

}  // namespace
}  // namespace stockbell::commerce
