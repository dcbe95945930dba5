// Who is invited when an item comes back with fewer units than people wait for it: on a whole box,
// on both stores.
#include "engagement/allocation_fixture.h"

namespace stockbell::engagement::allocation_tests {
namespace {

TEST_P(AllocationTest, InvitesExactlyTheLongestWaitingOfTenThousand) {
  stock(0);
  line_up_at_once(10'000);
  stock(10);
  EXPECT_EQ(invited_now(), people(1, 20));
  EXPECT_THAT(waves(), ElementsAre("1: 10/0 -> 20"));
  clock.advance(hours(23));
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(hours(2));
  EXPECT_EQ(invited_now(), people(21, 40)) << "nobody answered: the next in line";
  EXPECT_THAT(waves(), ElementsAre("1: 10/0 -> 20", "2: 10/0 -> 20"));
  clock.advance(hours(25));
  stock(0);
  EXPECT_THAT(invited_now(), IsEmpty());
  stock(3);
  EXPECT_EQ(invited_now(), people(41, 46)) << "the others kept their places";
  EXPECT_THAT(waves(), ElementsAre("1: 3/0 -> 6"));
}

TEST_P(AllocationTest, InvitesTheNextInLineWhenUnitsRise) {
  stock(0);
  line_up(1, 50);
  stock(5);
  EXPECT_EQ(invited_now(), people(1, 10));
  stock(3);
  EXPECT_THAT(invited_now(), IsEmpty()) << "sold: the others' invitations are open";
  stock(5);
  EXPECT_THAT(invited_now(), IsEmpty());
  stock(7);
  EXPECT_EQ(invited_now(), people(11, 14));
  EXPECT_THAT(waves(), ElementsAre("1: 5/0 -> 10", "2: 7/10 -> 4"));
}

TEST_P(AllocationTest, CountsInvitationsOfTheRestockBefore) {
  stock(0);
  line_up(1, 50);
  stock(5);
  EXPECT_EQ(invited_now(), people(1, 10));
  stock(0);
  stock(6);
  EXPECT_EQ(invited_now(), people(11, 12));
  EXPECT_THAT(waves(), ElementsAre("1: 6/10 -> 2"));
}

TEST_P(AllocationTest, MakesRoomWhenARequestIsBoughtOrCannotBeDelivered) {
  stock(0);
  line_up(1, 50);
  stock(5);
  EXPECT_EQ(invited_now(), people(1, 10));
  tell(nth(4, RequestStatus::purchased));
  EXPECT_EQ(invited_now(), people(11, 11));
  channel.answer = DeliveryState::refused;
  stock(6);
  run();  // 12 and 13 are refused, and so are all who come after them
  channel.answer = DeliveryState::delivered;
  stock(0);
  line_up(51, 60);
  clock.advance(hours(25));
  stock(1);
  EXPECT_EQ(invited_now(), people(51, 52));
}

TEST_P(AllocationTest, InvitesNobodyFurtherWhenStockIsGoneAndKeepsThePlaces) {
  stock(0);
  line_up(1, 50);
  channel.answer = DeliveryState::retry;
  stock(10);
  run();  // decided, and no message has left
  EXPECT_THAT(waves(), ElementsAre("1: 10/0 -> 20"));
  stock(0);
  channel.answer = DeliveryState::delivered;
  clock.advance(hours(2));
  EXPECT_THAT(invited_now(), IsEmpty());
  stock(2);
  EXPECT_EQ(invited_now(), people(1, 4)) << "who was taken back is no open invitation";
}

TEST_P(AllocationTest, NeitherDoublesNorLosesAWaveAtACrashBeforeItsMessages) {
  stock(0);
  line_up(1, 500);
  crash();  // before the decision
  channel.answer = DeliveryState::retry;
  stock(10);
  run();
  crash();
  run();
  EXPECT_THAT(waves(), ElementsAre("1: 10/0 -> 20"));
  channel.answer = DeliveryState::delivered;
  clock.advance(hours(2));
  crash();
  EXPECT_EQ(invited_now(), people(1, 20));
  crash();
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(hours(25));
  crash();
  EXPECT_EQ(invited_now(), people(21, 40)) << "due by time, known after a restart";
  EXPECT_THAT(waves(), ElementsAre("1: 10/0 -> 20", "2: 10/0 -> 20"));
}

TEST_P(AllocationTest, CountsAnInvitationFromTheMomentItsMessageLeft) {
  stock(0);
  line_up(1, 50);
  channel.answer = DeliveryState::retry;
  stock(1);
  run();
  channel.answer = DeliveryState::delivered;
  clock.advance(hours(20));
  EXPECT_EQ(invited_now(), people(1, 2));
  clock.advance(hours(20));
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(hours(5));
  EXPECT_EQ(invited_now(), people(3, 4));
}

TEST_P(AllocationTest, EndsAnInvitationInTimeWhateverTheJourneyStillHasInMind) {
  publish(R"({"key":"back-in-stock","name":"Reminding","start":"check","steps":{
    "check":{"type":"recheck_stock","next":"mail"},
    "mail":{"type":"email","template":"back_in_stock","next":"tell"},
    "tell":{"type":"update_object","status":"Sent","next":"wait"},
    "wait":{"type":"wait","duration":5,"unit":"days","next":"again"},
    "again":{"type":"recheck_stock","next":"reminder"},
    "reminder":{"type":"email","template":"back_in_stock_reminder","next":"retell"},
    "retell":{"type":"update_object","status":"Sent"}}})");
  stock(0);
  line_up(1, 10);
  stock(1);
  EXPECT_EQ(invited_now(), people(1, 2));
  clock.advance(hours(25));
  EXPECT_EQ(invited_now(), people(3, 4)) << "who waits for a reminder takes up no more units";
}

TEST_P(AllocationTest, TakesAWithdrawnRequestOutOfTheOpenOnes) {
  stock(0);
  line_up(1, 10);
  stock(2);
  EXPECT_EQ(invited_now(), people(1, 4));
  tell(nth(1, RequestStatus::cancelled));
  auto gone = nth(2);
  gone.deleted = true;
  tell(gone);
  EXPECT_EQ(invited_now(), people(5, 6));
}

TEST_P(AllocationTest, KeepsToTheSizeAndIntervalOfWaves) {
  policy.rule = AllocationRule::everyone;
  policy.wave_size = 8;
  policy.wave_interval = minutes(10);
  open_box();
  stock(0);
  line_up(1, 20);
  stock(1);
  EXPECT_EQ(invited_now(), people(1, 8));
  clock.advance(minutes(9));
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(minutes(1));
  EXPECT_EQ(invited_now(), people(9, 16));
  crash();
  EXPECT_THAT(invited_now(), IsEmpty()) << "the interval holds over a restart";
  clock.advance(minutes(10));
  EXPECT_EQ(invited_now(), people(17, 20));
  EXPECT_THAT(waves(), ElementsAre("1: 1/-1 -> 8", "2: 1/-1 -> 8", "3: 1/-1 -> 4"));
}

TEST_P(AllocationTest, WaitsForTheNextWaveByTheConversionMeasured) {
  policy.rule = AllocationRule::everyone;
  policy.wave_size = 40;
  policy.wave_interval = minutes(20);
  policy.interval_by_conversion = true;
  open_box();
  stock(0);
  line_up(1, 200);
  stock(100);
  EXPECT_EQ(invited_now(), people(1, 40));
  for (int n = 1; n <= 12; ++n) tell(nth(n, RequestStatus::purchased));  // 30 %: an hour
  clock.advance(minutes(59));
  EXPECT_THAT(invited_now(), IsEmpty());
  crash();
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(minutes(1));
  EXPECT_EQ(invited_now(), people(41, 80));
  const auto updates = box->updates_after(0, 1000).value();
  EXPECT_TRUE(std::ranges::any_of(updates, [](const auto& one) {
    return one.reason ==
           "restock of 100 (live), wave 2; after 60 min: of 40 sent 0 opened, 0 followed, 12 "
           "bought";
  }));
  EXPECT_THAT(restocks().body, HasSubstr("\"interval\":{\"seconds\":3600,\"sent\":40,\"opened\":0,"
                                         "\"clicked\":0,\"purchased\":12}"));
  // Nobody of the second wave answers: 12 of 80 are 15 %, half an hour.
  clock.advance(minutes(29));
  EXPECT_THAT(invited_now(), IsEmpty());
  clock.advance(minutes(1));
  EXPECT_EQ(invited_now(), people(81, 120));
}

TEST_P(AllocationTest, BeginsWithWhatOtherRestocksHaveMeasured) {
  policy.wave_size = 30;
  policy.wave_interval = minutes(20);
  policy.interval_by_conversion = true;
  policy.factor_percent = 10'000;
  open_box();
  stock(0);
  line_up(1, 30);
  stock(1);
  EXPECT_EQ(invited_now(), people(1, 30));
  clock.advance(hours(30));
  stock(0);
  line_up(31, 120);
  stock(1);
  EXPECT_EQ(invited_now(), people(31, 60));
  clock.advance(minutes(5));
  EXPECT_EQ(invited_now(), people(61, 90)) << "nobody of sixty answered: as soon as may be";
}

TEST_P(AllocationTest, SplitsAWaveThatIsTooLargeForOneTransaction) {
  policy.wave_interval = hours(1);
  open_box();
  stock(0);
  line_up(1, 1300);
  stock(600);
  EXPECT_EQ(invited_now(), people(1, 1200));
  EXPECT_THAT(waves(), ElementsAre("1: 600/0 -> 1000", "2: 600/1000 -> 200"));
}

TEST_P(AllocationTest, CountsTheQuantityWanted) {
  stock(0);
  line_up(1, 10);
  tell(nth(2, RequestStatus::requested, 3));
  tell(nth(3, RequestStatus::requested, 900));
  stock(3);
  EXPECT_EQ(invited_now(), people(1, 2)) << "four of six: the third waits for room";
  clock.advance(hours(25));
  EXPECT_EQ(invited_now(), people(3, 3));
  clock.advance(hours(25));
  EXPECT_EQ(invited_now(), people(4, 9));
}

TEST_P(AllocationTest, PassesOverWhoUnsubscribed) {
  stock(0);
  line_up(1, 10);
  const auto key = address_key(person(1));
  ASSERT_TRUE(db().write([&](db::Session& session) {
    return SuppressionList().add(session, key, "unsubscribed", clock.now());
  }));
  open_box();
  stock(1);
  EXPECT_EQ(invited_now(), people(2, 3));
}

TEST_P(AllocationTest, ShowsTheWavesAndNamesThemInTheTimeline) {
  stock(0);
  line_up(1, 10);
  policy.factor_percent = 150;
  open_box();
  stock(2);
  run();
  EXPECT_THAT(restocks().body,
              HasSubstr("\"entered\":3,\"waves\":[{\"number\":1,\"decided_at\":\"" +
                        to_rfc3339(clock.now()) +
                        "\",\"rule\":\"units\",\"units\":2,\"factor\":1.5,\"open_units\":0,"
                        "\"invited\":3,\"invited_units\":3,\"interval\":null,\"classes\":[]}]"));
  const auto updates = box->updates_after(0, 1).value();
  EXPECT_EQ(updates.front().reason,
            "restock of 2 (live), wave 1: 2 units x 1.5, 0 already invited for");
}

TEST_P(AllocationTest, TellsAPersonTheirWaveAndForgetsThemInIt) {
  stock(0);
  line_up(1, 10);
  stock(1);
  EXPECT_EQ(invited_now(), people(1, 2));
  EXPECT_THAT(box->personal_data().export_of(person(2)).value(), HasSubstr("\"wave\":1"));
  ASSERT_TRUE(box->personal_data().erase({person(2)}, {}));
  const auto open = db().write([&](db::Session& session) {
    return WaveStore().count_open(session, "A", clock.now(), hours(24));
  });
  EXPECT_EQ(open->units, 1) << "what is erased takes up nothing";
  EXPECT_THAT(waves(), ElementsAre("1: 1/0 -> 2")) << "figures of a wave name nobody";
}

TEST_P(AllocationTest, DecidesNoWavesWhereEveryoneIsInvitedAtOnce) {
  policy = {};
  open_box();
  stock(0);
  line_up(1, 1500);
  stock(1);
  EXPECT_EQ(invited_now(), people(1, 1500));
  EXPECT_THAT(waves(), IsEmpty());
  EXPECT_THAT(restocks().body, HasSubstr("\"entered\":1500,\"waves\":[]"));
}

STOCKBELL_STORE_TESTS(AllocationTest);

}  // namespace
}  // namespace stockbell::engagement::allocation_tests
