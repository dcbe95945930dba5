// What becomes of words about stock that come in another order than they were true in.
#include "engagement/restocks/stock_ledger.h"

#include "support/store.h"

namespace stockbell::engagement {
namespace {

using namespace std::chrono_literals;

class StockLedgerTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(RestockStore::migrations()));
    start();
  }
  void start() {
    ledger.emplace(db(), clock, random, gate,
                   [](db::Session&, const std::vector<std::string>&) { return Result<>(); });
    ASSERT_TRUE(ledger->load());
  }
  std::size_t hear(std::int64_t ats, Duration before, const std::string& source) {
    const StockObservation seen{"A", ats > 0, ats, clock.now() - before};
    const auto changed = ledger->observe({&seen, 1}, source);
    EXPECT_TRUE(changed);
    return changed.value_or(0);
  }

  RestockGate gate{db(), clock, ids};
  std::optional<StockLedger> ledger;
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

STOCKBELL_STORE_TESTS(StockLedgerTest);

}  // namespace
}  // namespace stockbell::engagement
