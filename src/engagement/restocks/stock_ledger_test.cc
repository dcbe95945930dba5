// What becomes of words about stock that come in another order than they were true in.
#include "engagement/restocks/stock_ledger.h"

#include <limits>

#include "support/store.h"

namespace stockbell::engagement {
namespace {

using namespace std::chrono_literals;

class StockLedgerTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(RestockStore::migrations()));
    ASSERT_TRUE(db().migrate(StockJournal::migrations()));
    start();
  }
  void start() {
    const auto sold_out = [this](db::Session&, const std::vector<std::string>& skus) {
      taken_back.insert(taken_back.end(), skus.begin(), skus.end());
      return Result<>();
    };
    const auto enter = [this](db::Session&, std::span<const RecordedRestock> restocks) {
      entered.insert(entered.end(), restocks.begin(), restocks.end());
      return Result<>();
    };
    ledger.emplace(db(), clock, random, gate, sold_out, enter);
    ledger->on_available(
        [this](const auto& skus) { told.insert(told.end(), skus.begin(), skus.end()); });
    ASSERT_TRUE(ledger->load());
  }
  std::size_t hear(std::int64_t ats, Duration before, const std::string& source) {
    const StockObservation seen{"A", ats > 0, ats, clock.now() - before};
    const auto changed = ledger->observe({&seen, 1}, source);
    EXPECT_TRUE(changed);
    return changed.value_or(0);
  }

  RestockGate gate{db(), clock, ids};
  static Result<> nothing(db::Session&) { return {}; }
  // A feed that tells of so many SKUs, each with so many units.
  std::vector<FeedLine> feed(int skus, std::int64_t ats) {
    clock.advance(1s);
    std::vector<FeedLine> lines;
    for (int i = 0; i < skus; ++i) {
      const auto sku = "it's \u00fc " + std::to_string(i);
      lines.push_back(
          {sku, StockObservation{sku, ats > 0, ats, clock.now()}, {i, std::uint64_t(i) << 40}});
    }
    return lines;
  }
  std::vector<Restock> restocks() {
    return db()
        .read([](db::Session& session) {
          return RestockStore().list(session, std::numeric_limits<std::int64_t>::max(), "", 10000);
        })
        .value();
  }
  void carry_out_all() {
    for (bool more = true; more;) {
      const auto done = ledger->carry_out();
      ASSERT_TRUE(done) << done.error().message;
      more = *done;
    }
  }

  std::optional<StockLedger> ledger;
  std::vector<std::string> taken_back, told;
  std::vector<RecordedRestock> entered;
};

TEST_P(StockLedgerTest, AFeedFromBeforeTheLastSoldOutOpensNothing) {
  hear(0, 9s, "live");
  EXPECT_EQ(hear(0, 3s, "live"), 0u) << "it was in stock between the two, and nobody said so";
  start();
  EXPECT_EQ(hear(18, 5s, "feed"), 0u);
  EXPECT_FALSE(ledger->available("A"));
  EXPECT_EQ(hear(18, 1s, "feed"), 1u);
  EXPECT_TRUE(ledger->available("A"));
}

TEST_P(StockLedgerTest, WhatALargeFeedChangedCountsAtOnceAndIsCarriedOutAfterwards) {
  const int skus = static_cast<int>(kJournalRows) * 2 + 7;
  ASSERT_TRUE(ledger->apply_feed(feed(skus, 0), "before", nothing));
  const auto lines = feed(skus, 3);
  const std::vector<RequestId> who = {RequestId{7}, RequestId{5}};
  ASSERT_TRUE(ledger->record_feed(lines, {{lines[300].sku, who}}, "feed", nothing));
  EXPECT_TRUE(ledger->available(lines[0].sku));
  EXPECT_TRUE(restocks().empty());
  ASSERT_TRUE(ledger->carry_out());
  EXPECT_EQ(restocks().size(), kJournalRows);
  start();  // killed in the middle
  EXPECT_TRUE(ledger->available(lines.back().sku)) << "though no table says so yet";
  carry_out_all();
  EXPECT_EQ(restocks().size(), lines.size());
  EXPECT_FALSE(ledger->has_to_carry_out());
  ASSERT_EQ(entered.size(), 1u);
  EXPECT_EQ(entered[0].restock.sku, lines[300].sku);
  EXPECT_EQ(entered[0].restock.quantity, 3);
  EXPECT_EQ(entered[0].waiting, who);
  EXPECT_EQ(told.size(), lines.size()) << "others may have come to wait";
  start();
  const auto known = ledger->table().find_known(ledger->table().key_of(lines[5].sku));
  ASSERT_TRUE(known && known->stock);
  EXPECT_EQ(known->stock->ats, 3);
  EXPECT_EQ(known->marks.item_hash, 5);
  EXPECT_EQ(known->marks.feed_hash, std::uint64_t{5} << 40);
}

TEST_P(StockLedgerTest, AThousandEnterInATransactionAtMost) {
  ASSERT_TRUE(ledger->apply_feed(feed(3, 0), "before", nothing));
  const auto lines = feed(3, 3);
  std::vector<RequestId> many;
  for (std::int64_t i = 0; i < 2500; ++i) many.push_back(RequestId{i + 1});
  const std::vector<RequestId> one = {RequestId{9999}};
  ASSERT_TRUE(ledger->record_feed(
      lines, {{lines[0].sku, one}, {lines[1].sku, many}, {lines[2].sku, one}}, "feed", nothing));
  std::vector<std::size_t> by_transaction;
  while (ledger->carry_out().value()) {
    std::size_t count = 0;
    for (const auto& restock : entered) count += restock.waiting.size();
    by_transaction.push_back(count);
    entered.clear();
  }
  EXPECT_EQ(by_transaction, (std::vector<std::size_t>{1000, 1000, 502}));
  EXPECT_EQ(restocks().size(), 3u);
}

TEST_P(StockLedgerTest, WhatIsHeardMeanwhileWaitsItsTurn) {
  ASSERT_TRUE(ledger->apply_feed(feed(2, 0), "before", nothing));
  const auto lines = feed(2, 3);
  const std::vector<RequestId> who = {RequestId{7}};
  ASSERT_TRUE(
      ledger->record_feed(lines, {{lines[0].sku, who}, {lines[1].sku, who}}, "feed", nothing));
  clock.advance(1s);
  const StockObservation gone{lines[0].sku, false, 0, clock.now()};
  ASSERT_TRUE(ledger->observe({&gone, 1}, "live"));
  EXPECT_FALSE(ledger->available(lines[0].sku)) << "at once, in memory";
  carry_out_all();
  ASSERT_EQ(entered.size(), 1u) << "nobody enters for what is sold out again";
  EXPECT_EQ(entered[0].restock.sku, lines[1].sku);
  EXPECT_EQ(taken_back, std::vector<std::string>{lines[0].sku});
  const auto all = restocks();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].closed_at.has_value(), all[0].sku == lines[0].sku);
  EXPECT_EQ(all[1].closed_at.has_value(), all[1].sku == lines[0].sku);
  clock.advance(1s);
  const StockObservation back{lines[0].sku, true, 1, clock.now()};
  ASSERT_TRUE(ledger->observe({&back, 1}, "live"));
  EXPECT_EQ(restocks().size(), 3u) << "nothing waits any more: in the same transaction";
}

TEST_P(StockLedgerTest, WhatCannotBeWrittenDownHasNotHappened) {
  ASSERT_TRUE(ledger->apply_feed(feed(1, 1), "before", nothing));
  const auto lines = feed(1, 0);
  const auto refuse = [](db::Session&) -> Result<> {
    return fail(ErrorCode::unavailable, "store-full", "no room");
  };
  EXPECT_FALSE(ledger->record_feed(lines, {}, "feed", refuse));
  EXPECT_TRUE(ledger->available(lines[0].sku));
  EXPECT_FALSE(ledger->has_to_carry_out());
}

STOCKBELL_STORE_TESTS(StockLedgerTest);

}  // namespace
}  // namespace stockbell::engagement
