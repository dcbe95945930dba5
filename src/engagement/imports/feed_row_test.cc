#include "engagement/imports/feed_row.h"

#include <gtest/gtest.h>

namespace stockbell::engagement {
namespace {

const Time kArrived(std::chrono::hours(24 * 365 * 56));
using Values = std::vector<std::string>;

Result<FeedRow> parse(const Values& names, const Values& values) {
  return parse_feed_row(*FeedHeader::create(names), values, kArrived);
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
