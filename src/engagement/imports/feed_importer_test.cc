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
         {CatalogStore::migrations(), ImportStore::migrations(), RestockStore::migrations()})
      ASSERT_TRUE(db().migrate(part));
    open();
  }
  void open() {
    importer_.emplace(db(), clock, ids, stock_, directory() / "feeds");
    ASSERT_TRUE(importer_->load());
  }
  FeedImport imported(const std::string& rows) {
    clock.advance(Duration(1000));
    const auto file = directory() / "feed.psv";
    std::ofstream(file) << "SkuID|ProductName|InStock|ATS\n" << rows;
    const auto id = importer_->accept(file);
    EXPECT_TRUE(id && importer_->run());
    return db()
        .read([&](db::Session& session) { return ImportStore().find(session, *id); })
        .value()
        .value();
  }
  std::string name_of(const std::string& sku) {
    const auto item =
        db().read([&](db::Session& session) { return CatalogStore().find(session, sku); }).value();
    return item ? item->name : "none";
  }

 private:
  StockLedger stock_{db(), clock, ids,
                     [](db::Session&, const std::vector<std::string>&) { return Result<>(); }};
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

STOCKBELL_STORE_TESTS(FeedImporterTest);

}  // namespace
}  // namespace stockbell::engagement
