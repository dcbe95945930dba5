#include "crm/requests/request_rules.h"

#include <gtest/gtest.h>

namespace stockbell::crm::requests {
namespace {

Time at(int ms) { return Time(Duration(ms)); }

StatusUpdate update(std::int64_t sequence, RequestStatus status, int ms) {
  return {sequence, RequestId{1}, status, at(ms), "because"};
}

TEST(RequestRules, FillTheStagesThatWereSkipped) {
  RequestState state;
  ASSERT_TRUE(advance(state, RequestStatus::clicked, at(9)));
  EXPECT_EQ(state.sent_at, at(9));
  EXPECT_EQ(state.opened_at, at(9));
  EXPECT_EQ(state.clicked_at, at(9));
}

TEST(RequestRules, NeverLetALateSentUndoOpened) {
  RequestState state;
  ASSERT_TRUE(apply_update(state, update(1, RequestStatus::opened, 5)));
  EXPECT_FALSE(apply_update(state, update(2, RequestStatus::sent, 3)));
  EXPECT_EQ(state.status, RequestStatus::opened);
  EXPECT_EQ(state.sent_at, at(5));
}

TEST(RequestRules, ForgetTheQueueWhenTheItemSoldOut) {
  RequestState state;
  ASSERT_TRUE(apply_update(state, update(1, RequestStatus::queued, 5)));
  ASSERT_TRUE(apply_update(state, update(2, RequestStatus::requested, 6)));
  EXPECT_EQ(state.status, RequestStatus::requested);
  EXPECT_FALSE(state.queued_at);
}

TEST(RequestRules, PassOverRepeatsEvenWhereTheTableWouldAllowThem) {
  RequestState state;
  ASSERT_TRUE(apply_update(state, update(1, RequestStatus::queued, 5)));
  ASSERT_TRUE(apply_update(state, update(2, RequestStatus::requested, 6)));
  EXPECT_FALSE(apply_update(state, update(1, RequestStatus::queued, 5)));
  EXPECT_EQ(state.status, RequestStatus::requested);
}

TEST(RequestRules, PassOverTheRepeatOfARefusedUpdate) {
  RequestState state;
  EXPECT_FALSE(
      apply_update(state, update(5, RequestStatus::requested, 1)));  // is Requested already
  ASSERT_TRUE(apply_update(state, update(6, RequestStatus::queued, 2)));
  EXPECT_FALSE(apply_update(state, update(5, RequestStatus::requested, 1)));
  EXPECT_EQ(state.status, RequestStatus::queued);
}

TEST(RequestRules, LetNoEndCountThatWasDecidedOnAnEarlierAsking) {
  RequestState state;
  state.asked_at = at(5);
  auto end = update(3, RequestStatus::expired, 9);
  EXPECT_FALSE(is_overtaken(state, end)) << "without an asking its own time counts";
  end.decided_on = at(5);
  EXPECT_FALSE(is_overtaken(state, end));
  end.decided_on = at(4);
  EXPECT_TRUE(is_overtaken(state, end));
  end.status = RequestStatus::sent;
  EXPECT_FALSE(is_overtaken(state, end)) << "a message that left has left";
  end.status = RequestStatus::cancelled;
  EXPECT_EQ(pass_over_end(state, end),
            "not Cancelled, as the shopper asked again at 1970-01-01T00:00:00.005Z: because");
  EXPECT_FALSE(is_overtaken(state, end)) << "considered once";
  end.sequence = 4;
  state.status = RequestStatus::purchased;
  EXPECT_FALSE(is_overtaken(state, end)) << "it would change nothing";
}

TEST(RequestRules, NameTheFieldThatIsMissing) {
  NotificationRequest request;
  request.request_key = "k";
  request.email = request.email_normalized = "a@example.com";
  const auto checked = check_request(request);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().field, "sku");
}

}  // namespace
}  // namespace stockbell::crm::requests
