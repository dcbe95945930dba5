// Which items that are back ring, and when: the rules of restocks on a whole box, on both stores,
// through crashes, with a channel that remembers what left.
#include <gmock/gmock.h>

#include <fstream>

#include "engagement/engagement_box.h"
#include "engagement/journeys/restock_sweep.h"
#include "engagement/restocks/hold_store.h"
#include "engagement/restocks/restock_store.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Channel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      const bool wanted = still_wanted(message.id);
      if (wanted) left.push_back(message.to_address);
      report({message.id, wanted ? DeliveryState::delivered : DeliveryState::withdrawn, 250, "ok"});
    }
  }
  std::vector<std::string> left;
};

class RestockTest : public testing::StoreTest {
 public:
  void open_with(RestockRules wanted) {
    rules = std::move(wanted);
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    start();
  }
  void start() {
    box.reset();
    auto options = test_options(directory());
    options.assets = find_short_asset;
    options.restocks = rules;
    options.write_down_from = write_down_from;
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box = std::move(*made);
  }
  void crash() {
    box.reset();
    close_stores();
    start();
  }
  void ask(int n, const std::string& sku = "A") {
    ChangeBatch batch;
    batch.contacts.push_back(
        {ContactId{n}, fmt::format("p{}@example.com", n), "Ada", "L", "", false});
    batch.requests.push_back({RequestId{n}, ContactId{n}, sku, "default", "en-GB", 1,
                              RequestStatus::requested, clock.now(), false});
    ASSERT_TRUE(box->apply(batch));
  }
  void hear(std::int64_t units, const std::string& sku = "A") {
    clock.advance(1s);
    ASSERT_TRUE(box->observe({{sku, units > 0, units, clock.now()}}));
  }
  std::vector<std::string> rung() {
    channel.left.clear();
    const auto done = box->run_due();
    EXPECT_TRUE(done) << done.error().message;
    return channel.left;
  }
  // Newest first: "minimum_quantity 2/5 opened".
  std::vector<std::string> holds() {
    const auto all = db().read([](db::Session& session) {
      return HoldStore().list(session, std::numeric_limits<std::int64_t>::max(), "", false, 100);
    });
    std::vector<std::string> texts;
    for (const auto& one : all.value())
      texts.push_back(fmt::format("{} {}/{} {}", to_text(one.hold.why), one.units, one.hold.wanted,
                                  one.outcome ? to_text(*one.outcome) : "active"));
    return texts;
  }
  std::size_t restocks() {
    return db()
        .read([](db::Session& session) {
          return RestockStore().list(session, std::numeric_limits<std::int64_t>::max(), "", 100);
        })
        .value()
        .size();
  }

  void run_sql(std::string_view text) {
    const db::Statement statement{text, text, text};
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      SB_CHECK(session.execute(statement));
      return {};
    }));
  }

  void take_feed(const std::string& rows) {
    clock.advance(1s);
    const auto file = directory() / "feed.psv";
    std::ofstream(file) << "SkuID|InStock|ATS\n" << rows;
    const auto taken = box->import_file(file);
    ASSERT_TRUE(taken) << taken.error().message;
  }

  std::size_t write_down_from = 2000;
  RestockRules rules;
  Channel channel;
  std::unique_ptr<EngagementBox> box;
};

TEST_P(RestockTest, WaitsForTheMinimumQuantity) {
  open_with(RestockRules({5}, {{{"B*"}, {2}}}));
  for (const auto* sku : {"A", "B-1"}) hear(0, sku);
  ask(1);
  ask(2, "B-1");
  hear(2, "B-1");
  hear(2);
  EXPECT_THAT(rung(), ElementsAre("p2@example.com")) << "another rule for B";
  ask(3);
  EXPECT_THAT(rung(), IsEmpty()) << "a request that comes meanwhile waits like the others";
  crash();
  hear(4);
  EXPECT_THAT(rung(), IsEmpty());
  EXPECT_EQ(restocks(), 1u);
  hear(5);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com", "p3@example.com"));
  hear(1);
  ask(4);
  EXPECT_THAT(rung(), ElementsAre("p4@example.com")) << "the restock is open";
  EXPECT_THAT(holds(), ElementsAre("minimum_quantity 4/5 opened"));
}

TEST_P(RestockTest, HoldsUntilTheItemHasStayed) {
  RestockRule rule;
  rule.must_hold = 15min;
  open_with(RestockRules(rule));
  hear(0);
  ask(1);
  hear(3);
  EXPECT_THAT(rung(), IsEmpty());
  clock.advance(10min);
  hear(0);
  clock.advance(1min);
  hear(2);
  clock.advance(14min);
  EXPECT_THAT(rung(), IsEmpty()) << "the time counts from the last time it came back";
  crash();
  hear(1);
  EXPECT_THAT(rung(), IsEmpty());
  clock.advance(1min);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com")) << "nobody pressed a button";
  EXPECT_THAT(holds(), ElementsAre("must_hold 1/0 opened", "must_hold 3/0 sold_out"));
}

TEST_P(RestockTest, AWordOfAnEarlierTimeHasHeldSince) {
  RestockRule rule;
  rule.must_hold = 15min;
  open_with(RestockRules(rule));
  hear(0);
  ask(1);
  clock.advance(1h);
  ASSERT_TRUE(box->observe({{"A", true, 3, clock.now() - 20min}}));
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
}

TEST_P(RestockTest, CoolsDownBetweenTwoRestocks) {
  RestockRule rule;
  rule.cool_down = 1h;
  open_with(RestockRules(rule));
  hear(0);
  ask(1);
  hear(1);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com")) << "no restock before";
  hear(0);
  ask(2);
  clock.advance(30min);
  hear(1);
  EXPECT_THAT(rung(), IsEmpty());
  crash();
  clock.advance(25min);
  EXPECT_THAT(rung(), IsEmpty());
  clock.advance(6min);
  EXPECT_THAT(rung(), ElementsAre("p2@example.com"));
  EXPECT_THAT(holds(), ElementsAre("cool_down 1/0 opened"));
  hear(0);
  ask(3);
  hear(1);
  hear(0);
  clock.advance(2h);
  EXPECT_THAT(rung(), IsEmpty()) << "sold out before the time was over";
  EXPECT_THAT(holds(), ElementsAre("cool_down 1/0 sold_out", "cool_down 1/0 opened"));
}

TEST_P(RestockTest, ReturnsOneByOneRingNobody) {
  RestockRule rule;
  rule.minimum_increase = 3;
  open_with(RestockRules(rule));
  hear(0);
  ask(1);
  for (const int units : {1, 2, 3, 4, 2}) hear(units);
  EXPECT_THAT(rung(), IsEmpty());
  crash();
  hear(5);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com")) << "three at once";
  EXPECT_THAT(holds(), ElementsAre("minimum_increase 2/3 opened"));
}

TEST_P(RestockTest, OneRuleMayFollowAnother) {
  RestockRule rule{5};
  rule.must_hold = 15min;
  open_with(RestockRules(rule));
  hear(0);
  ask(1);
  hear(2);
  clock.advance(10min);
  hear(9);
  EXPECT_THAT(holds(), ElementsAre("must_hold 9/0 active", "minimum_quantity 2/5 changed"));
  hear(4);
  clock.advance(10min);
  EXPECT_THAT(rung(), IsEmpty());
  hear(5);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com")) << "in stock for long enough by now";
}

TEST_P(RestockTest, WhatWasThereFromTheStartIsJudgedToo) {
  RestockRule rule{5};
  rule.must_hold = 15min;
  open_with(RestockRules(rule));
  hear(7);
  ask(1);
  EXPECT_THAT(rung(), IsEmpty());
  EXPECT_THAT(holds(), ElementsAre("must_hold 7/0 active"));
  clock.advance(15min);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
}

TEST_P(RestockTest, OtherRulesAtAStartCountForWhoIsHeld) {
  RestockRule rule{5};
  open_with(RestockRules(rule));
  hear(0, "A");
  hear(0, "B");
  ask(1, "A");
  ask(2, "B");
  hear(2, "A");
  hear(4, "B");
  EXPECT_THAT(rung(), IsEmpty());
  rules = RestockRules({4});
  crash();
  EXPECT_THAT(rung(), ElementsAre("p2@example.com"));
  rules = RestockRules();
  crash();
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
}

TEST_P(RestockTest, StockThatFlapsTwentyTimesInTenSecondsRingsEachPersonOnce) {
  RestockRule cool, hold;
  cool.cool_down = 3s;
  hold.must_hold = 1s;
  const RestockRules all({}, {{{"B"}, cool}, {{"C"}, hold}});
  open_with(all);
  const std::vector<std::string> skus = {"A", "B", "C"};
  for (const auto& sku : skus) hear(0, sku);
  for (int n = 0; n < 9; ++n) ask(n + 1, skus[static_cast<std::size_t>(n % 3)]);
  std::map<std::string, int> times;
  for (int flap = 0; flap < 20; ++flap) {
    for (const int units : {1, 0}) {
      clock.advance(250ms);
      for (const auto& sku : skus)
        ASSERT_TRUE(box->observe({{sku, units > 0, units, clock.now()}}));
      // Sometimes the senders get a turn between two words, sometimes they do not.
      if (flap % 3 != 1)
        for (const auto& who : rung()) ++times[who];
      if (flap == 11) crash();
    }
  }
  for (const auto& who : {"p3@example.com", "p6@example.com", "p9@example.com"})
    EXPECT_EQ(times.count(who), 0u) << "C never stayed for a second";
  for (const auto& sku : skus) hear(1, sku);
  clock.advance(5s);
  for (const auto& who : rung()) ++times[who];
  EXPECT_EQ(times.size(), 9u) << "everybody is served in the end";
  for (const auto& [who, count] : times) EXPECT_EQ(count, 1) << who;
}

TEST_P(RestockTest, RulesCountForWhatALargeFeedTellsToo) {
  write_down_from = 1;
  RestockRule stay;
  stay.must_hold = 15min;
  open_with(RestockRules({}, {{{"A"}, {5}}, {{"B"}, stay}}));
  take_feed("A|N|0\nB|N|0\nC|N|0\n");
  EXPECT_THAT(rung(), IsEmpty());
  ask(1, "A");
  ask(2, "B");
  ask(3, "C");
  take_feed("A|Y|2\nB|Y|3\nC|Y|1\n");
  EXPECT_THAT(rung(), ElementsAre("p3@example.com"));
  EXPECT_THAT(holds(), ::testing::UnorderedElementsAre("minimum_quantity 2/5 active",
                                                       "must_hold 3/0 active"));
  crash();
  take_feed("A|Y|6\nB|Y|2\nC|Y|1\n");
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
  clock.advance(15min);
  EXPECT_THAT(rung(), ElementsAre("p2@example.com"));
}

TEST_P(RestockTest, TheSweepServesWhoWaitsUnnoted) {
  open_with(RestockRules());
  hear(3);
  EXPECT_THAT(rung(), IsEmpty());
  ask(1, "B");
  // As if the word of a request, and one about stock, had been lost.
  constexpr std::string_view kMove = "UPDATE ext_request SET sku = 'A' WHERE id = 1";
  run_sql(kMove);
  EXPECT_THAT(rung(), IsEmpty());
  const auto repaired = box->repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->served, 1u);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
  EXPECT_FALSE(box->repair()->any()) << "nothing is left";
}

TEST_P(RestockTest, TheSweepTakesFromTheStoreWhatMemoryMissed) {
  open_with(RestockRules());
  hear(0);
  ask(1);
  EXPECT_THAT(rung(), IsEmpty());
  clock.advance(1s);
  const auto later = "UPDATE availability SET in_stock = 1, ats = 4, observed_at = " +
                     std::to_string(to_ms(clock.now()));
  run_sql(later);
  EXPECT_THAT(rung(), IsEmpty());
  const auto repaired = box->repair().value();
  EXPECT_EQ(repaired.reloaded, 1u);
  EXPECT_EQ(repaired.served, 1u);
  EXPECT_THAT(rung(), ElementsAre("p1@example.com"));
}

TEST_P(RestockTest, TheSweepClosesRestocksOfWhatIsOut) {
  open_with(RestockRules());
  std::vector<StockObservation> out, back;  // several pages
  for (int n = 0; n < 1200; ++n) out.push_back({"X" + std::to_string(n), false, 0, clock.now()});
  clock.advance(1s);
  for (auto seen : out) back.push_back({seen.sku, true, 1, clock.now()});
  ASSERT_TRUE(box->observe(out));
  ASSERT_TRUE(box->observe(back));
  ask(1, "X0");
  hear(0, "X2");
  run_sql("UPDATE restock SET closed_at = NULL WHERE sku = 'X2'");
  const auto repaired = box->repair().value();
  EXPECT_EQ(repaired.closed, 1u);
  EXPECT_EQ(repaired.reloaded, 0u);
  EXPECT_FALSE(box->repair()->any());
  hear(1, "X2");
  ask(2, "X2");
  EXPECT_THAT(rung(), ElementsAre("p1@example.com", "p2@example.com"));
}

TEST_P(RestockTest, TheSweepLeavesWhatARuleHolds) {
  open_with(RestockRules({5}));
  hear(0);
  ask(1);
  hear(2);
  EXPECT_FALSE(box->repair()->any());
  EXPECT_THAT(rung(), IsEmpty());
}

STOCKBELL_STORE_TESTS(RestockTest);

}  // namespace
}  // namespace stockbell::engagement
