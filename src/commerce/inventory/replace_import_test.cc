// What a replacing import removes, what it leaves when it cannot know, and what is told of it. The
// corpus (inventory_corpus_test) has the shapes of such files; here they are longer than a batch.
#include "commerce/inventory/stock_fixture.h"

namespace stockbell::commerce {
namespace {

using Told = std::vector<std::string>;

constexpr int kRecords = 2300;  // more than two batches

class ReplaceImportTest : public StockFixture {
 protected:
  void SetUp() override {
    StockFixture::SetUp();
    import(xml(0, kRecords, 1));
    ASSERT_EQ(error, "");
    ASSERT_EQ(told().size(), static_cast<std::size_t>(kRecords));
  }
  static std::string sku(int number) { return fmt::format("S{:04}", number); }
  static std::string records(int from, int to, int units) {
    std::string text;
    for (int i = from; i < to; ++i)
      text += fmt::format("<record product-id=\"{}\"><allocation>{}</allocation></record>\n",
                          sku(i), units);
    return text;
  }
  static std::string list(std::string_view records) {
    return fmt::format(
        "<inventory-list><header list-id=\"default\"/><records>\n{}</records></inventory-list>",
        records);
  }
  static std::string xml(int from, int to, int units) {
    return "<inventory>" + list(records(from, to, units)) + "</inventory>";
  }
  std::int64_t count() {
    return *db().read(
        [](db::Session& session) { return inventory_store::count_records(session, "default"); });
  }
};

TEST_P(ReplaceImportTest, RemovesWhatAWholeFileDoesNotNameAndTellsIt) {
  auto tally = import(xml(0, kRecords - 1200, 1), ImportMode::replace);
  EXPECT_EQ(error, "");
  EXPECT_EQ(tally.rows_changed, 1200);
  EXPECT_EQ(count(), kRecords - 1200);
  auto heard = told();
  ASSERT_EQ(heard.size(), 1200u);
  EXPECT_EQ(heard.front(), "S1100 out 0");
  EXPECT_EQ(heard.back(), "S2299 out 0");
}

TEST_P(ReplaceImportTest, AFileCutShortRemovesNothing) {
  auto whole = xml(0, 1500, 4);
  for (auto cut : {whole.size() - 1, whole.size() - 40, whole.size() / 2}) {
    import(std::string_view(whole).substr(0, cut), ImportMode::replace);
    EXPECT_EQ(error, "xml-malformed");
    EXPECT_EQ(count(), kRecords);
    for (const auto& event : told()) EXPECT_TRUE(event.ends_with(" in 4")) << event;
  }
  EXPECT_EQ(level("S2299"), "in_stock 1 1");
}

TEST_P(ReplaceImportTest, ARowThatNobodyCanReadRemovesNothing) {
  auto tally = import("<inventory>" +
                          list("<record><allocation>1</allocation></record>" + records(0, 2, 1)) +
                          "</inventory>",
                      ImportMode::replace);
  EXPECT_EQ(error, "");
  EXPECT_EQ(tally.rows_refused, 2);
  EXPECT_EQ(tally.refused.back().reason, "replace-incomplete");
  EXPECT_EQ(count(), kRecords);
  EXPECT_EQ(told(), Told{});
  for (auto bad : {"|5", "S0001|1\n\"S0002|1\n", "\x01|5"}) {
    SCOPED_TRACE(bad);
    tally = import(fmt::format("sku|quantity\nS0000|1\n{}\n", bad), ImportMode::replace);
    EXPECT_EQ(count(), kRecords) << error;
    EXPECT_EQ(told(), Told{});
  }
}

// The row names a list that nobody can read: it is not one of the default list's.
TEST_P(ReplaceImportTest, ARowOfAnUnreadableListReplacesNoList) {
  auto tally =
      import("sku|quantity|list\nS0001|1|" + std::string(300, 'l') + "\n", ImportMode::replace);
  ASSERT_FALSE(tally.refused.empty());
  EXPECT_EQ(tally.refused.front().reason, "list-invalid");
  EXPECT_EQ(count(), kRecords);
  EXPECT_EQ(told(), Told{});
}

TEST_P(ReplaceImportTest, ARefusedRecordKeepsTheOneThatIsThere) {
  auto tally =
      import("<inventory>" +
                 list("<record product-id=\"S0000\"><allocation>many</allocation></record>" +
                      records(1, kRecords - 1, 1)) +
                 "</inventory>",
             ImportMode::replace);
  EXPECT_EQ(tally.rows_refused, 1);
  EXPECT_EQ(told(), Told{"S2299 out 0"});
  EXPECT_EQ(level("S0000"), "in_stock 1 1");
}

TEST_P(ReplaceImportTest, OfAListThatStandsTwiceTheLastCounts) {
  import("<inventory>" + list(records(0, kRecords, 1)) + list(records(0, kRecords - 2, 1)) +
             "</inventory>",
         ImportMode::replace);
  EXPECT_EQ(error, "");
  EXPECT_EQ(told(), (Told{"S2298 out 0", "S2299 out 0"}));
  EXPECT_EQ(count(), kRecords - 2);
}

STOCKBELL_STORE_TESTS(ReplaceImportTest);

}  // namespace
}  // namespace stockbell::commerce
