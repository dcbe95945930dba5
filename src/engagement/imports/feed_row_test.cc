#include "engagement/imports/feed_row.h"

#include <gtest/gtest.h>

#include <sstream>

#include "engagement/imports/delimited_reader.h"

namespace stockbell::engagement {
namespace {

const Time kArrived(std::chrono::hours(24 * 365 * 56));
using Values = std::vector<std::string>;

std::vector<Values> read_all(const std::string& text) {
  std::istringstream in(text);
  DelimitedReader reader(in);
  std::vector<Values> records;
  for (Values values; reader.next(values);) records.push_back(values);
  return records;
}

Result<FeedRow> parse(const Values& names, const Values& values) {
  return parse_feed_row(*FeedHeader::create(names), values, kArrived);
}

TEST(DelimitedReader, ReadsQuotesLineBreaksAndByteOrderMark) {
  const auto records = read_all(
      "\xEF\xBB\xBF\"SkuID\"|\"ProductName\"\r\n"
      "A| \"Coat \"\"Ada\"\"|\r\nlong\" \r\n\r\nB|x\n");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0], (Values{"SkuID", "ProductName"}));
  EXPECT_EQ(records[1], (Values{"A", "Coat \"Ada\"|\r\nlong"}));
  EXPECT_EQ(records[2], (Values{"B", "x"}));
}

TEST(DelimitedReader, TellsTheLineWhereARecordBegan) {
  std::istringstream in("SkuID,Name\nA,\"1\n2\"\nB,3");
  DelimitedReader reader(in);
  Values values;
  for (const std::size_t line : {1u, 2u, 4u}) {
    ASSERT_TRUE(reader.next(values));
    EXPECT_EQ(reader.line(), line);
  }
  EXPECT_EQ(reader.delimiter(), ',');
}

TEST(DelimitedReader, CountsLinesThatEndInReturnAlone) {
  std::istringstream in("SkuID,Name\rA,1\r\nB,2\rC,3");
  DelimitedReader reader(in);
  Values values;
  for (const std::size_t line : {1u, 2u, 3u, 4u}) {
    ASSERT_TRUE(reader.next(values));
    EXPECT_EQ(reader.line(), line);
  }
}

TEST(DelimitedReader, HoldsNoMoreThanARecordMayHaveOfDoubledQuotes) {
  std::istringstream in("SkuID\n\"" + std::string(4 << 20, '"') + "\"");
  DelimitedReader reader(in);
  Values values;
  ASSERT_TRUE(reader.next(values));
  ASSERT_TRUE(reader.next(values));
  EXPECT_TRUE(reader.broken());
  EXPECT_LE(values.front().size(), 1u << 20);
}

// Rows that the quick way takes and rows that it leaves to the careful one, in a file of several
// buffers, so that each kind is cut at every place.
TEST(DelimitedReader, ReadsTheSameWhereverTheBufferEnds) {
  const std::pair<std::string, Values> kinds[] = {
      {"\"A\"|\"Coat, long\"|\"\"\r\n", {"A", "Coat, long", ""}},
      {"B| plain \t||\n", {"B", "plain", "", ""}},
      {"\" C \"|\"a \"\"b\"\"\"|d\r\n", {"C", "a \"b\"", "d"}},
      {" \"D\" |e\"f\r", {"D", "e\"f"}},
      {"\"E\"|\"two\nlines\"\n", {"E", "two\nlines"}},
      {"\"" + std::string(1000, 'F') + "\"|x\n", {std::string(1000, 'F'), "x"}},
  };
  std::string file = "SkuID|Name\n";
  std::vector<std::pair<std::size_t, Values>> expected{{1, {"SkuID", "Name"}}};
  std::size_t line = 2;
  std::uint64_t drawn = 7;
  while (file.size() < 1'500'000) {
    drawn = drawn * 6364136223846793005ull + 1442695040888963407ull;
    const auto kind = (drawn >> 33) % std::size(kinds);
    file += kinds[kind].first;
    expected.emplace_back(line, kinds[kind].second);
    line += kind == 4 ? 2 : 1;
  }
  std::istringstream in(file + "Z|no line end");
  expected.emplace_back(line, Values{"Z", "no line end"});
  DelimitedReader reader(in);
  Values values;
  for (const auto& [at, record] : expected) {
    ASSERT_TRUE(reader.next(values));
    ASSERT_EQ(values, record) << "line " << at;
    ASSERT_EQ(reader.line(), at);
    ASSERT_FALSE(reader.broken());
  }
  EXPECT_FALSE(reader.next(values));
}

TEST(DelimitedReader, ReadsAMillionStrayQuotesInNoTime) {
  std::istringstream in("SkuID\nx" + std::string(1 << 20, '"') + "\nB\n");
  DelimitedReader reader(in);
  Values values;
  const auto begin = std::chrono::steady_clock::now();
  while (reader.next(values)) {
  }
  EXPECT_EQ(values.size(), 0u);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));  // was minutes
}

TEST(DelimitedReader, SaysWhenAQuoteIsNeverClosed) {
  std::istringstream in("SkuID|Name\nA|\"open");
  DelimitedReader reader(in);
  Values values;
  ASSERT_TRUE(reader.next(values));
  ASSERT_TRUE(reader.next(values));
  EXPECT_TRUE(reader.broken());
}

TEST(FeedRow, ReadsStockWithItsTime) {
  const auto row = parse({"SkuID", "InStock", "ATS", "StockTime", "Currency", "RegularPrice"},
                         {"A", "Y", "12.0", "2026-01-31T08:15:00Z", "EUR", "59.00"});
  ASSERT_TRUE(row);
  ASSERT_TRUE(row->stock);
  EXPECT_TRUE(row->stock->in_stock);
  EXPECT_EQ(row->stock->ats, 12);
  EXPECT_EQ(row->stock->observed_at, *parse_rfc3339("2026-01-31T08:15:00Z"));
  EXPECT_EQ(row->item.price, "€ 59.00");
}

TEST(FeedRow, TellsNothingAboutStockWithoutTheColumns) {
  const auto row = parse({"ProductID", "ProductName"}, {"A", "Coat"});
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->stock);
  EXPECT_EQ(row->item.sku, "A");
}

TEST(FeedRow, TakesAnOfflineItemForNotInStock) {
  const auto row = parse({"SkuID", "OnlineAvailability", "InStock", "ATS"}, {"A", "N", "Y", "3"});
  ASSERT_TRUE(row && row->stock);
  EXPECT_FALSE(row->stock->in_stock);
}

TEST(FeedRow, KnowsColumnsInAnyCaseAndTakesTheFirstOfTwo) {
  const auto row =
      parse({"skuid", "PRODUCTNAME", "ProductName", "Colour"}, {"A", "Coat", "Hat", "Red"});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->item.sku, "A");
  EXPECT_EQ(row->item.name, "Coat");
  EXPECT_EQ(row->item.variant_text, "");
}

TEST(FeedRow, RefusesWithAReason) {
  const auto reason = [](const Values& names, const Values& values) {
    const auto row = parse(names, values);
    return row ? "" : row.error().reason;
  };
  EXPECT_EQ(reason({"SkuID", "ATS"}, {"A"}), "columns-mismatch");
  EXPECT_EQ(reason({"SkuID", "ATS"}, {"", "1"}), "sku-missing");
  EXPECT_EQ(reason({"SkuID", "ATS"}, {"A", "many"}), "ats-invalid");
  EXPECT_EQ(reason({"SkuID", "InStock"}, {"A", "perhaps"}), "InStock-invalid");
  EXPECT_EQ(reason({"SkuID", "ProductLink"}, {"A", "javascript:alert(1)"}), "link-invalid");
  EXPECT_EQ(reason({"SkuID", "InStock", "StockTime"}, {"A", "Y", "soon"}), "stock-time-invalid");
  EXPECT_EQ(reason({"SkuID"}, {"A\xff"}), "text-invalid");
  EXPECT_FALSE(FeedHeader::create({"Name", "Price"}));
}

}  // namespace
}  // namespace stockbell::engagement
