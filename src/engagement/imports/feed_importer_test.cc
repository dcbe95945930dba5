// Whole imports, on both stores, without the rest of the box.
#include "engagement/imports/feed_importer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/store.h"

namespace stockbell::engagement {
namespace {

constexpr std::string_view kHeader = "SkuID|ProductName|InStock|ATS\n";
constexpr GuardLimits kLimits{50, 50, 2};

class FeedImporterTest : public testing::StoreTest {
 public:
  void SetUp() override {
    for (const auto part :
         {ExtensionStore::migrations(), RestockStore::migrations(), StockJournal::migrations(),
          CatalogStore::migrations(), ImportStore::migrations()})
      ASSERT_TRUE(db().migrate(part));
    open();
  }
  void open() {
    stock_.emplace(db(), clock, random, gate_,
                   [](db::Session&, const std::vector<std::string>&) { return Result<>(); });
    ASSERT_TRUE(stock_->load());
    importer_.emplace(db(), clock, ids, *stock_, directory() / "feeds",
                      ImportOptions{kLimits, write_down_from});
    ASSERT_TRUE(importer_->load());
  }
  FeedImport imported(const std::string& rows, const std::string& manifest = "") {
    clock.advance(Duration(1000));
    const auto file = directory() / "feed.psv";
    std::ofstream(file) << kHeader << rows;
    if (!manifest.empty()) std::ofstream(manifest_of(file)) << manifest;
    const auto id = importer_->accept(file);
    EXPECT_TRUE(id);
    const auto run = importer_->run();
    EXPECT_TRUE(run) << run.error().message;
    return found(*id);
  }
  FeedImport found(ImportId id) {
    return db()
        .read([&](db::Session& session) { return ImportStore().find(session, id); })
        .value()
        .value();
  }
  std::vector<PreviewedItem> preview(ImportId id) {
    return db()
        .read([&](db::Session& session) { return ImportStore().list_preview(session, id, 10); })
        .value();
  }
  // Three people who wait for A, one for B.
  void people_wait() {
    constexpr std::string_view kSql =
        "INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, "
        "requested_at, synchronized_at) VALUES ($1, $1, $2, 'default', 'en', 1, 'Requested', "
        "'waiting', 1, 1)";
    static const db::Statement kInsert{"test_request", kSql, kSql};
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      for (int i = 1; i <= 4; ++i) SB_CHECK(session.execute(kInsert, {i, i < 4 ? "A" : "B"}));
      return {};
    }));
  }
  std::size_t write_down_from = 2000;
  FeedImporter& importer() { return *importer_; }
  StockLedger& stock() { return *stock_; }
  std::string name_of(const std::string& sku) {
    const auto item =
        db().read([&](db::Session& session) { return CatalogStore().find(session, sku); }).value();
    return item ? item->name : "none";
  }

 private:
  RestockGate gate_{db(), clock, ids};
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

TEST_P(FeedImporterTest, ManyRowsAboutStockAreWrittenDownInOnePieceAndItemsWithTheirStock) {
  write_down_from = 2;
  open();
  imported("A|Coat|N|0\nB|Hat|N|0\nC|Cap|N|0\n");
  EXPECT_EQ(imported("A|Coat|Y|1\nB|Hat, wide|Y|2\nC|Cap|N|0\n").rows_changed, 2);
  EXPECT_FALSE(stock().has_to_carry_out()) << "one row about stock alone";
  const auto found = imported("A|Coat|N|0\nB|Hat|N|0\nC|Cap|Y|5\n");
  EXPECT_EQ(found.rows_changed, 3);
  EXPECT_EQ(found.state, "completed");
  EXPECT_TRUE(stock().has_to_carry_out());
  EXPECT_EQ(name_of("B"), "Hat");
  EXPECT_EQ(stock().find("C")->ats, 5);
  open();
  EXPECT_EQ(stock().find("C")->ats, 5);
  EXPECT_FALSE(stock().available("A"));
  EXPECT_EQ(imported("A|Coat|N|0\nB|Hat|N|0\nC|Cap|Y|5\n\n").rows_changed, 0);
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

TEST_P(FeedImporterTest, WhatTheGuardHoldsChangesNothingUntilItIsReleased) {
  people_wait();
  imported("A|Coat|N|0\nB|Hat|N|0\nC|Cap|N|0\n");
  const auto held = imported("A|Coat|Y|3\nB|Hat|Y|1\nC|Cap|Y|1\nD|Bag|maybe|1\n");
  EXPECT_EQ(held.state, "held");
  EXPECT_EQ(held.reason, "4 people wait for what would come back; more than 2");
  EXPECT_EQ(held.opened, 3);
  EXPECT_EQ(held.people, 4);
  EXPECT_EQ(held.rows_refused, 1);
  EXPECT_FALSE(stock().available("A"));
  const auto items = preview(held.id);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].sku, "A");
  EXPECT_EQ(items[0].people, 3);
  EXPECT_EQ(items[0].quantity, 3);
  open();  // as after a restart
  ASSERT_TRUE(importer().run());
  EXPECT_EQ(found(held.id).state, "held");
  ASSERT_TRUE(importer().release(held.id));
  ASSERT_TRUE(importer().run());
  const auto done = found(held.id);
  EXPECT_EQ(done.state, "completed");
  EXPECT_TRUE(done.released);
  EXPECT_EQ(done.rows_changed, 3);
  EXPECT_TRUE(stock().available("A"));
  EXPECT_EQ(importer().release(held.id).error().reason, "import-not-held");
}

TEST_P(FeedImporterTest, WhatIsDiscardedIsNeverApplied) {
  people_wait();
  imported("A|Coat|N|0\n");
  const auto held = imported("A|Coat|Y|3\n");
  ASSERT_EQ(held.state, "held");
  ASSERT_TRUE(importer().discard(held.id));
  ASSERT_TRUE(importer().run());
  EXPECT_EQ(found(held.id).state, "discarded");
  EXPECT_FALSE(stock().available("A"));
  EXPECT_EQ(importer().discard(held.id).error().reason, "import-not-held");
  EXPECT_EQ(importer().discard(ImportId{77}).error().reason, "import-unknown");
}

TEST_P(FeedImporterTest, AFileIsHeldThatItsManifestDoesNotFit) {
  const std::string rows = "A|Coat|Y|3\n";
  const auto file = directory() / "right";
  std::ofstream(file) << kHeader << rows;
  const auto sha256 = sha256_of(file).value();
  const auto manifest = [&](std::size_t bytes, const char* at) {
    return fmt::format(R"({{"bytes":{},"sha256":"{}","built_at":"{}"}})", bytes, sha256, at);
  };
  EXPECT_EQ(
      imported(rows + "B|Hat|Y|1\n", manifest(kHeader.size() + rows.size(), "2026-01-31T12:00:00Z"))
          .state,
      "held");
  const auto right = imported(rows, manifest(kHeader.size() + rows.size(), "2026-01-31T12:00:00Z"));
  EXPECT_EQ(right.state, "completed") << right.reason;
  EXPECT_EQ(imported("A|Coat|N|0\n", "{}").state, "failed");
}

TEST_P(FeedImporterTest, AFeedWithHalfItsRowsMissingIsHeld) {
  std::string rows;
  for (int i = 0; i < 200; ++i) rows += fmt::format("S{}|Coat|Y|1\n", i);
  EXPECT_EQ(imported(rows).state, "completed");
  const auto cut = imported(rows.substr(0, rows.size() / 3));
  EXPECT_EQ(cut.state, "held");
  EXPECT_EQ(cut.rows_before, 200);
}

STOCKBELL_STORE_TESTS(FeedImporterTest);

}  // namespace
}  // namespace stockbell::engagement
