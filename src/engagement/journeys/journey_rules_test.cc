#include "engagement/journeys/journey_rules.h"

#include <gmock/gmock.h>

#include "engagement/journey_definitions/definition_reader.h"
#include "engagement/journey_definitions/definition_rules.h"
#include "engagement/journeys/local_time.h"
#include "engagement/messages/retry_rules.h"

namespace stockbell::engagement {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum JourneyEvent;

constexpr Time kNow(hours(24 * 365 * 56));  // 1 January 2026 or so, midnight UTC

JourneyDefinition journey_of(const std::string& json) {
  auto journey = parse_journey(json);
  EXPECT_TRUE(journey) << journey.error().message;
  return std::move(*journey);
}
const JourneyDefinition& plain() {
  static const auto kJourney = journey_of(std::string(default_journey_json()));
  return kJourney;
}
// recheck, e-mail, told, wait two days, look whether it was clicked, recheck, reminder, told
JourneyDefinition reminding(const std::string& more = "") {
  return journey_of(R"({"key":"j","start":"recheck","steps":{
    "recheck":{"type":"recheck_stock","next":"email"},"email":{"type":"email","next":"sent"},
    "sent":{"type":"update_object","next":"wait"},"wait":{"type":"wait","duration":2,"unit":"days","next":"split"},
    "split":{"type":"engagement_split","email":"email","event":"clicked","next":"again"},
    "again":{"type":"recheck_stock","next":"reminder"},
    "reminder":{"type":"email","template":"back_in_stock_reminder","next":"told"},"told":{"type":"update_object"}})" +
                    more + "}");
}
JourneyFacts somebody(std::int64_t id = 1) {
  JourneyFacts facts;
  facts.request = RequestId{id};
  facts.contact = ContactId{id};
  facts.sku = "A";
  facts.locale = "en";
  facts.email = "ada@example.com";
  facts.requested_at = kNow - hours(48);
  facts.units = 5;
  return facts;
}
Transition meet(const JourneyDefinition& journey, JourneyState state, JourneyEvent event,
                const JourneyFacts& facts = somebody(), Time now = kNow) {
  return apply(journey, state, event, facts, now);
}

TEST(Journey, QueuesTheMessageOnEntering) {
  const auto made = meet(plain(), {}, entered);
  EXPECT_EQ(made.email, 1u);
  EXPECT_THAT(made.statuses, ElementsAre(RequestStatus::queued));
  EXPECT_EQ(made.stage, Stage::entered);
  EXPECT_EQ(made.next.entry, EntryState::active);
  EXPECT_THAT(made.visited, ElementsAre(0, 1));
}

TEST(Journey, TellsSentAndEndsWhenDelivered) {
  const auto waiting = meet(plain(), {}, entered).next;
  const auto made = meet(plain(), waiting, delivered);
  EXPECT_THAT(made.statuses, ElementsAre(RequestStatus::sent));
  EXPECT_EQ(made.stage, Stage::closed);
  EXPECT_EQ(made.next, (JourneyState{3, EntryState::done, 1, true}));
}

TEST(Journey, WaitsAgainWhenSoldOutBeforeTheMessage) {
  const auto waiting = meet(plain(), {}, entered).next;
  const auto made = meet(plain(), waiting, sold_out);
  EXPECT_THAT(made.statuses, ElementsAre(RequestStatus::requested));
  EXPECT_EQ(made.stage, Stage::waiting);
  EXPECT_EQ(made.next.entry, EntryState::left);
}

TEST(Journey, PassesOverWhatComesAfterTheEnd) {
  const auto done = meet(plain(), meet(plain(), {}, entered).next, delivered).next;
  for (const auto event :
       {entered, due, delivered, refused, given_up, sold_out, cancelled, stopped}) {
    const auto made = meet(plain(), done, event);
    EXPECT_EQ(made.next, done);
    EXPECT_THAT(made.statuses, IsEmpty());
    EXPECT_FALSE(made.email || made.stage || made.parked);
  }
}

TEST(Journey, QueuesNothingWhenSoldOutOnEntering) {
  auto facts = somebody();
  facts.available = false;
  const auto made = meet(plain(), {}, entered, facts);
  EXPECT_FALSE(made.email);
  EXPECT_THAT(made.statuses, IsEmpty());
}

TEST(Journey, RemindsAfterTheWaitUnlessClickedSoldOutOrBought) {
  const auto journey = reminding();
  ASSERT_THAT(find_problems(journey), IsEmpty());
  const auto sent = meet(journey, meet(journey, {}, entered).next, delivered);
  EXPECT_THAT(sent.statuses, ElementsAre(RequestStatus::sent));
  EXPECT_EQ(sent.parked, (Parked{ParkReason::wait, kNow + hours(48)}));
  EXPECT_EQ(sent.stage, Stage::closed);

  const auto reminded = meet(journey, sent.next, due);
  EXPECT_EQ(reminded.email, 6u);
  EXPECT_EQ(reminded.next.mails, 1);
  const auto through = meet(journey, reminded.next, delivered);
  EXPECT_EQ(through.ended, "done");
  EXPECT_THAT(through.statuses, IsEmpty()) << "the CRM knows";

  auto facts = somebody();
  facts.emails = {{1, true, true}};
  EXPECT_EQ(meet(journey, sent.next, due, facts).ended, "done") << "clicked";
  facts = somebody();
  facts.available = false;
  EXPECT_EQ(meet(journey, sent.next, due, facts).ended, "sold_out");
  EXPECT_FALSE(meet(journey, sent.next, due, facts).stage) << "had its message: not in line again";
  facts = somebody();
  facts.status = "Purchased";
  EXPECT_EQ(meet(journey, sent.next, due, facts).ended, "purchased");
}

TEST(Journey, LooksAtGoalsAndExitCriteriaOnEveryStep) {
  const auto journey =
      reminding(R"(,"goals":[{"name":"few","when":[{"field":"stock.units","is":"less","value":3}]}],
    "exit_criteria":[{"name":"staff","when":[{"field":"contact.email_domain","value":"SHOP.example"}]}])");
  auto facts = somebody();
  facts.email = "me@shop.example";
  const auto kept = meet(journey, {}, entered, facts);
  EXPECT_EQ(kept.parked, (Parked{ParkReason::passed_over, {}}));
  EXPECT_EQ(kept.note, "left by its exit criterion: staff");
  const auto sent = meet(journey, meet(journey, {}, entered).next, delivered);
  facts = somebody();
  facts.units = 2;
  EXPECT_EQ(meet(journey, sent.next, due, facts).ended, "goal");
  EXPECT_EQ(meet(journey, meet(journey, {}, entered).next, delivered, facts).ended, "goal");
}

TEST(Journey, HoldsTheSameContactsOut) {
  const auto journey = reminding(R"(,"hold_out_percent":20)");
  int held = 0;
  for (int i = 1; i <= 1000; ++i) {
    const auto made = meet(journey, {}, entered, somebody(i));
    const bool out = made.parked && made.parked->why == ParkReason::held_out;
    EXPECT_EQ(out, is_held_out(journey, ContactId{i}));
    EXPECT_NE(out, made.email.has_value());
    held += out ? 1 : 0;
  }
  EXPECT_GT(held, 150);
  EXPECT_LT(held, 250);
}

TEST(Journey, SendsToSeedsAloneInTestMode) {
  const auto journey = reminding(R"(,"test_mode":{"seeds":["Ada@Example.com"]})");
  EXPECT_TRUE(meet(journey, {}, entered).email);
  auto facts = somebody();
  facts.email = "bob@example.com";
  EXPECT_EQ(meet(journey, {}, entered, facts).parked, (Parked{ParkReason::test_mode, {}}));
}

TEST(Journey, WaitsForTheEndOfQuietHoursWhereTheRecipientIs) {
  const auto journey =
      reminding(R"(,"quiet_hours":{"from":"21:00","to":"08:00"},"zone":"Asia/Tokyo",
    "site_zones":{"us":"America/New_York"})");
  auto facts = somebody();
  EXPECT_TRUE(meet(journey, {}, entered).email) << "nine in the morning in Tokyo";
  facts.locale = "de-DE";  // one at night
  EXPECT_EQ(meet(journey, {}, entered, facts).parked,
            (Parked{ParkReason::quiet_hours, kNow + hours(7)}));
  facts.locale = "en";
  facts.site = "us";  // seven in the evening
  EXPECT_TRUE(meet(journey, {}, entered, facts).email);
  facts.locale = "en-US";  // several zones: the site's
  EXPECT_TRUE(meet(journey, {}, entered, facts).email);
  EXPECT_EQ(meet(journey, {}, entered, facts, kNow + hours(3)).parked,
            (Parked{ParkReason::quiet_hours, kNow + hours(13)}));
}

TEST(Journey, KeepsToTheFrequencyCap) {
  const auto journey = reminding(R"(,"frequency_cap":{"messages":2,"days":7})");
  auto facts = somebody();
  facts.recent = {kNow - hours(24 * 8), kNow - hours(24 * 3)};
  EXPECT_TRUE(meet(journey, {}, entered, facts).email);
  facts.recent.push_back(kNow - hours(1));
  const auto parked = meet(journey, {}, entered, facts);
  EXPECT_EQ(parked.parked, (Parked{ParkReason::frequency_cap, kNow + hours(24 * 4)}));
  EXPECT_TRUE(meet(journey, parked.next, due, facts, kNow + hours(24 * 4)).email);
}

TEST(Journey, SplitsByShareTheSameWayAtEveryReplay) {
  const auto journey = journey_of(R"({"key":"j","start":"draw","steps":{
    "draw":{"type":"random_split","branches":[{"percent":30,"next":"a"},{"percent":70,"next":"b"}]},
    "a":{"type":"wait","duration":1,"unit":"days"},"b":{"type":"wait","duration":2,"unit":"days"}}})");
  int first = 0;
  for (int i = 1; i <= 1000; ++i) {
    const auto made = meet(journey, {}, entered, somebody(i));
    EXPECT_EQ(made, meet(journey, {}, entered, somebody(i)));
    first += made.next.step == 1 ? 1 : 0;
  }
  EXPECT_GT(first, 240);
  EXPECT_LT(first, 360);
}

TEST(LocalTime, FindsTheNextTimeOfDayAcrossAClockChange) {
  const auto march28 = *parse_rfc3339("2026-03-28T20:00:00Z");  // clocks go from 2 to 3 at night
  EXPECT_EQ(to_rfc3339(next_time_of_day(march28, 9 * 60, "Europe/Berlin")),
            "2026-03-29T07:00:00.000Z");
  EXPECT_EQ(to_rfc3339(next_time_of_day(march28, 2 * 60 + 30, "Europe/Berlin")),
            "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(to_rfc3339(next_time_of_day(march28, 21 * 60, "Europe/Berlin")),
            "2026-03-28T20:00:00.000Z");
}

// Whatever happens in whatever order, the invariants of design 4 hold in the engine itself.
TEST(Journey, KeepsItsPromisesInRandomRuns) {
  const JourneyDefinition journeys[] = {
      plain(), reminding(),
      reminding(
          R"(,"quiet_hours":{"from":"21:00","to":"08:00"},"frequency_cap":{"messages":1,"days":1},
        "hold_out_percent":10,"goals":[{"name":"few","when":[{"field":"stock.units","is":"less","value":2}]}])")};
  SeededRandom random(7);
  const auto chance = [&](std::uint64_t of) { return random.next() % of == 0; };
  for (int run = 0; run < 20'000; ++run) {
    const auto& journey = journeys[random.next() % std::size(journeys)];
    auto facts = somebody(static_cast<std::int64_t>(random.next() % 1000));
    auto now = kNow;
    auto made = meet(journey, {}, entered, facts, now);
    auto state = made.next;
    bool queued = made.email.has_value(), parked = made.parked.has_value();
    int sent = 0, told = 0;
    for (int event = 0; event < 12; ++event) {
      const bool active = state.entry == EntryState::active;
      ASSERT_EQ(active, queued || parked) << "somebody stands still for no reason";
      ASSERT_FALSE(queued && parked);
      if (chance(4)) facts.available = !facts.available;
      if (chance(4)) facts.units = static_cast<std::int64_t>(random.next() % 6);
      now += minutes(random.next() % 5000);
      auto what = std::array{
          due, delivered, refused, given_up, sold_out, cancelled, stopped}[random.next() % 7];
      if (queued && what == due) what = delivered;
      if (parked && (what == delivered || what == refused || what == given_up)) what = due;
      if (what == delivered && active) ++sent;
      made = meet(journey, state, what, facts, now);
      ASSERT_EQ(made, meet(journey, state, what, facts, now)) << "a replay gives the same";
      if (made.email) {
        ASSERT_TRUE(facts.available) << "a message for what is not there";
        ASSERT_TRUE(std::holds_alternative<EmailStep>(journey.steps[*made.email].what));
        ASSERT_EQ(made.next.mails, sent) << "its turn: each is sent once";
      }
      if (sent > 0) {
        ASSERT_NE(made.stage, Stage::waiting) << "in line again after its message";
      }
      for (const auto status : made.statuses) told += status == RequestStatus::sent ? 1 : 0;
      if (made.next != state || made.email || made.parked) {
        queued = made.email.has_value();
        parked = made.parked.has_value();
      }
      state = made.next;
      ASSERT_LE(told, 1);
      if (state.entry != EntryState::active && sent > 0 && what != refused && what != given_up) {
        ASSERT_EQ(told, 1) << "the CRM never hears of a message";
      }
    }
  }
}

TEST(Retry, WaitsLongerEachTimeAndGivesUpAfterADay) {
  EXPECT_EQ(*next_attempt(1, kNow, kNow, 0), kNow + minutes(1));
  EXPECT_EQ(*next_attempt(2, kNow, kNow, 0), kNow + minutes(5));
  EXPECT_EQ(*next_attempt(9, kNow, kNow, 0), kNow + minutes(60));
  EXPECT_LE(*next_attempt(9, kNow, kNow, 255), kNow + minutes(75));
  EXPECT_FALSE(next_attempt(3, kNow, kNow + hours(24), 0));
}

}  // namespace
}  // namespace stockbell::engagement
