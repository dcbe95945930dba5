#include "engagement/journeys/journey_rules.h"

#include <gtest/gtest.h>

#include "engagement/messages/retry_rules.h"

namespace stockbell::engagement {
namespace {

TEST(Journey, QueuesTheMessageOnEntering) {
  const auto made = apply(default_journey(), {}, JourneyEvent::entered_available);
  EXPECT_TRUE(made.queue_message);
  EXPECT_EQ(made.status, RequestStatus::queued);
  EXPECT_EQ(made.stage, Stage::entered);
  EXPECT_EQ(made.next.entry, EntryState::active);
}

TEST(Journey, TellsSentAndEndsWhenDelivered) {
  const auto waiting = apply(default_journey(), {}, JourneyEvent::entered_available).next;
  const auto made = apply(default_journey(), waiting, JourneyEvent::delivered);
  EXPECT_EQ(made.status, RequestStatus::sent);
  EXPECT_EQ(made.stage, Stage::closed);
  EXPECT_EQ(made.next.entry, EntryState::done);
}

TEST(Journey, WaitsAgainWhenSoldOutBeforeTheMessage) {
  const auto waiting = apply(default_journey(), {}, JourneyEvent::entered_available).next;
  const auto made = apply(default_journey(), waiting, JourneyEvent::sold_out);
  EXPECT_EQ(made.status, RequestStatus::requested);
  EXPECT_EQ(made.stage, Stage::waiting);
  EXPECT_EQ(made.next.entry, EntryState::left);
}

TEST(Journey, PassesOverWhatComesAfterTheEnd) {
  const auto waiting = apply(default_journey(), {}, JourneyEvent::entered_available).next;
  const auto done = apply(default_journey(), waiting, JourneyEvent::delivered).next;
  for (const auto event : {JourneyEvent::sold_out, JourneyEvent::refused, JourneyEvent::delivered,
                           JourneyEvent::cancelled, JourneyEvent::entered_available})
    EXPECT_EQ(apply(default_journey(), done, event), (Transition{done, false, {}, {}}));
}

TEST(Journey, QueuesNothingWhenSoldOutOnEntering) {
  const auto made = apply(default_journey(), {}, JourneyEvent::entered_sold_out);
  EXPECT_FALSE(made.queue_message);
  EXPECT_FALSE(made.status);
}

TEST(Retry, WaitsLongerEachTimeAndGivesUpAfterADay) {
  using std::chrono::minutes;
  const Time now(std::chrono::hours(24 * 365 * 56));
  EXPECT_EQ(*next_attempt(1, now, now, 0), now + minutes(1));
  EXPECT_EQ(*next_attempt(2, now, now, 0), now + minutes(5));
  EXPECT_EQ(*next_attempt(9, now, now, 0), now + minutes(60));
  EXPECT_LE(*next_attempt(9, now, now, 255), now + minutes(75));
  EXPECT_FALSE(next_attempt(3, now, now + std::chrono::hours(24), 0));
}

}  // namespace
}  // namespace stockbell::engagement
