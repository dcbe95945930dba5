// Whole imports, on both stores, without the rest of the box.
#include "engagement/imports/feed_importer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/store.h"

namespace stockbell::engagement {
namespace {

class FeedImporterTest : public testing::StoreTest {
 public:
  void SetUp() override {
    for (const auto part :
         {RestockStore::migrations(), CatalogStore::migrations(), ImportStore::migrations()})
      ASSERT_TRUE(db().migrate(part));
    open();
  }
  void open() {
    stock_.emplace(db(), clock, random, ids,
                   [](db::Session&, const std::vector<std::string>&) { return Result<>(); });
    ASSERT_TRUE(stock_->load());
    importer_.emplace(db(), clock, ids, *stock_, directory() / "feeds");
    ASSERT_TRUE(importer_->load());
  }
  FeedImport imported(const std::string& rows) {
    clock.advance(Duration(1000));
    const auto file = directory() / "feed.psv";
    std::ofstream(file) << "SkuID|ProductName|InStock|ATS\n" << rows;
    const auto id = importer_->accept(file);
    EXPECT_TRUE(id);
    const auto run = importer_->run();
    EXPECT_TRUE(run) << run.error().message;
    return db()
        .read([&](db::Session& session) { return ImportStore().find(session, *id); })
        .value()
        .value();
  }
  StockLedger& stock() { return *stock_; }
  std::string name_of(const std::string& sku) {
    const auto item =
        db().read([&](db::Session& session) { return CatalogStore().find(session, sku); }).value();
    return item ? item->name : "none";
  }

 private:
  std::optional<StockLedger> stock_;
  std::optional<FeedImporter> importer_;
};

TEST_P(FeedImporterTest, WritesOnlyWhatChanged) {
  EXPECT_EQ(imported("A|Coat|Y|3\nB|Hat|N|0\n").rows_changed, 2);
  const auto again = imported("A|Coat|Y|3\nB|Hat, wide|N|0\nC|Cap|Y|1\n");
  EXPECT_EQ(again.rows_changed, 2);
  EXPECT_EQ(again.rows_read, 3);
  open();  // as after a restart
  EXPECT_EQ(imported("A|Coat|Y|3\nB|Hat, wide|N|0\nC|Cap|Y|1\n\n").rows_changed, 0);
  EXPECT_EQ(name_of("B"), "Hat, wide");
}

TEST_P(FeedImporterTest, TakesTheFirstOfTwoRowsAboutASkuKnownOrNew) {
  const auto fresh = imported("A|Coat|Y|3\nA|Coat|Y|3\nA|Hat|Y|3\n");
  EXPECT_EQ(fresh.rows_refused, 1);
  EXPECT_EQ(fresh.rows_changed, 1);
  const auto known = imported("A|Cap|Y|3\nA|Coat|Y|3\nA|Cap|Y|3\n");
  EXPECT_EQ(known.rows_refused, 1);
  EXPECT_EQ(name_of("A"), "Cap");
  EXPECT_EQ(imported("A|Coat|Y|3\n").rows_refused, 0);  // an earlier file is no earlier line
  EXPECT_EQ(name_of("A"), "Coat");
}

TEST_P(FeedImporterTest, KnowsARepeatedNewSkuOverTheEndOfABatch) {
  std::string rows = "A|Coat|Y|3\n";
  for (int i = 0; i < 1500; ++i) rows += fmt::format("N{}|Coat|Y|1\n", i);
  const auto found = imported(rows + "A|Coat|Y|3\nA|Hat|Y|3\nN1499|Hat|Y|1\n");
  EXPECT_EQ(found.rows_changed, 1501);
  EXPECT_EQ(found.rows_refused, 2);
  EXPECT_EQ(name_of("A"), "Coat");
}

TEST_P(FeedImporterTest, AFileTwiceIsADuplicateAndChangesNothing) {
  EXPECT_EQ(imported("A|Coat|Y|3\n").state, "completed");
  EXPECT_EQ(imported("A|Coat|Y|3\n").state, "duplicate");
  EXPECT_EQ(imported("A|Coat|Y|3\n\n").rows_changed, 0);
}

TEST_P(FeedImporterTest, ARowThatWasAppliedIsNewsAgainOnceTheStockChangedOtherwise) {
  imported("A|Coat|Y|3\nB|Hat|Y|1\n");
  clock.advance(Duration(1000));
  ASSERT_TRUE(stock().observe(std::vector<StockObservation>{{"A", false, 0, clock.now()}}, "live"));
  EXPECT_FALSE(stock().available("A"));
  EXPECT_EQ(imported("A|Coat|Y|3\nB|Hat|Y|1\n\n").rows_changed, 1);
  EXPECT_TRUE(stock().available("A"));
  clock.advance(Duration(1000));
  ASSERT_TRUE(stock().observe(std::vector<StockObservation>{{"A", false, 0, clock.now()}}, "live"));
  open();  // as after a restart
  EXPECT_EQ(imported("A|Coat|Y|3\nB|Hat|Y|1\n\n\n").rows_changed, 1);
}

TEST_P(FeedImporterTest, ARefusedRowLeavesItsSkuToALaterOne) {
  imported("A|Coat|Y|3\n");
  const auto found = imported("A|Coat|maybe|3\nA|Coat|Y|5\nC|Cap|maybe|1\nC|Cap|Y|1\n");
  EXPECT_EQ(found.rows_refused, 2);
  EXPECT_EQ(found.rows_changed, 2);
  EXPECT_EQ(stock().find("A")->ats, 5);
}

TEST_P(FeedImporterTest, RowsThatTellNoStockAreKnownAgainToo) {
  EXPECT_EQ(imported("M|Master||\nA|Coat|Y|3\n").rows_changed, 2);
  EXPECT_FALSE(stock().find("M"));
  open();
  EXPECT_EQ(imported("M|Master||\nA|Coat|N|0\n").rows_changed, 1);
  EXPECT_EQ(imported("M|Master, new||\nA|Coat|N|0\n").rows_changed, 1);
  EXPECT_EQ(name_of("M"), "Master, new");
}

TEST_P(FeedImporterTest, ALongFileIsReadInOrderThroughBlocksAndRowsOfEveryKind) {
  std::string rows;
  for (int i = 0; i < 9000; ++i) {
    rows += fmt::format("S{}|\"Coat {}, long and wide, for the winter of the year\"|Y|{}\r\n", i, i,
                        i % 7);
    if (i % 1000 == 500) rows += fmt::format("Q{}|\"two\nlines, and \"\"quotes\"\"\"|Y|1\n", i);
    if (i == 4000) rows += "BIG|" + std::string(400'000, 'x') + "|Y|1\n";
    if (i == 6000) rows += "S17|Other|Y|1\nBAD|x\n";
  }
  const auto found = imported(rows);
  EXPECT_EQ(found.rows_read, 9012);
  EXPECT_EQ(found.rows_changed, 9010);
  EXPECT_EQ(found.rows_refused, 2);
  const auto refused = db().read([&](db::Session& session) {
                             return ImportStore().list_refused(session, found.id, 0, 10);
                           })
                           .value();
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].reason, "sku-repeated");
  EXPECT_EQ(refused[0].line,
            2 + 6001 + 2 * 6 + 1);  // the header, the rows, those of two lines, the big one
  EXPECT_EQ(refused[1].reason, "columns-mismatch");
  EXPECT_EQ(name_of("Q8500"), "two\nlines, and \"quotes\"");
  open();
  EXPECT_EQ(imported(rows + "\n").rows_changed, 0);
}

STOCKBELL_STORE_TESTS(FeedImporterTest);

}  // namespace
}  // namespace stockbell::engagement
