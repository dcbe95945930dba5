// When what Engagement is told was observed.
#include "commerce/inventory/stock_event_outbox.h"

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/inventory_service.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

class StockEventOutboxTest : public stockbell::testing::StoreTest, protected StockEvents {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(catalog_store::migrations()));
    ASSERT_TRUE(db().migrate(inventory_store::migrations()));
  }
  void set(std::int64_t units) {
    StockChange change;
    change.sku = "A";
    change.allocation = units;
    ImportTally tally;
    ASSERT_TRUE(inventory.apply({change}, tally));
  }
  // What a feed says of it.
  Time feed_time() {
    const auto rows = db().read(
        [](db::Session& session) { return site_stock_store::find(session, "default", {"A"}); });
    return rows && rows->contains("A") ? rows->at("A").changed_at : Time{};
  }
  // A start of the outbox that tells what is queued.
  StockObservation told() {
    StockEventOutbox outbox(db(), clock, sites, this);
    EXPECT_TRUE(outbox.step());
    return heard;
  }

  Sites sites = Sites::one({});
  InventoryService inventory{db(), clock, ids, sites, [] {}};
  StockObservation heard;

 private:
  Result<> observe(const std::vector<StockObservation>& observations) override {
    heard = observations.back();
    return {};
  }
};

TEST_P(StockEventOutboxTest, TellsALaterTimeAfterARestartWithAClockThatWentBack) {
  set(0);
  const auto sold_out = told();
  EXPECT_FALSE(sold_out.in_stock);
  clock.advance(-std::chrono::minutes(5));
  set(3);
  const auto back = told();
  EXPECT_TRUE(back.in_stock);
  EXPECT_GT(back.observed_at, sold_out.observed_at);
}

TEST_P(StockEventOutboxTest, AFeedOfTheStateBeforeIsOlderEvenWithinAMillisecond) {
  set(16);
  const auto in_feed = feed_time();
  set(0);
  EXPECT_GT(feed_time(), in_feed);
  EXPECT_GT(told().observed_at, in_feed);
}

TEST_P(StockEventOutboxTest, AFeedOfTheStateBeforeIsOlderAfterTheClockWentBack) {
  set(16);
  const auto in_feed = feed_time();
  clock.advance(-std::chrono::hours(1));
  set(0);
  EXPECT_GT(feed_time(), in_feed);
  EXPECT_GT(told().observed_at, in_feed);
}

STOCKBELL_STORE_TESTS(StockEventOutboxTest);

}  // namespace
}  // namespace stockbell::commerce
