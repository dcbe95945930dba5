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
