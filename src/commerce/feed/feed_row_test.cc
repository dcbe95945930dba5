#include "commerce/feed/feed_row.h"

#include <gtest/gtest.h>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

FeedTarget target_of(const std::string& columns) {
  FeedTarget target;
  target.site = "default";
  if (!columns.empty()) {
    const auto json = text::parse_json_object("{\"columns\":" + columns + "}");
    target.columns = read_columns(json->at("columns").get_array()).value();
  }
  return target;
}

FeedRow scarf() {
  FeedRow row;
  row.sku = "S 1";
  row.master_id = "M1";
  row.name = " Scarf | \"long\"\r\nand warm ";
  row.short_description = "short";
  row.image = "a b/c.svg";
  row.color = "Navy Blue";
  row.size = "M";
  row.currency = "EUR";
  row.price_minor = 4990;
  row.in_stock = true;
  row.availability = "in_stock";
  row.ats = 7;
  row.stock_changed_at = 1'767'225'600'123;  // 2026-01-01
  return row;
}

std::string rendered(const FeedTarget& target, const FeedRow& row) {
  const FeedRenderer renderer(target, "https://shop.test", Time(std::chrono::hours(24)));
  FeedBlock block;
  return renderer.render(row, block) ? std::string(block.view()) : "left out";
}

TEST(FeedRow, DefaultColumnsAsTheConnectorWritesThemAndOurs) {
  const FeedRenderer renderer(target_of(""), "https://shop.test", Time{});
  EXPECT_EQ(renderer.header(),
            "\"SiteID\"|\"ProductID\"|\"ProductCode\"|\"MasterID\"|\"IsMaster\"|\"IsVariant\"|"
            "\"ProductName\"|\"ProductType\"|\"ProductLink\"|\"OnlineAvailability\"|\"SkuID\"|"
            "\"ImageLink\"|\"LargeImages\"|\"RegularPrice\"|\"SalePrice\"|\"Description\"|"
            "\"InStock\"|\"ATS\"|\"StockTime\"|\"Currency\"|\"Color\"|\"Size\"\r\n");
  EXPECT_EQ(rendered(target_of(""), scarf()),
            "\"default\"|\"S 1\"|\"S 1\"|\"M1\"|\"N\"|\"Y\"|\"Scarf | \"\"long\"\"  and warm\"|\"\"|"
            "\"https://shop.test/products/M1?color=Navy%20Blue&size=M\"|\"Y\"|\"S 1\"|"
            "\"https://shop.test/pictures/a%20b/c.svg\"|\"https://shop.test/pictures/a%20b/c.svg\"|"
            "\"49.90\"|\"\"|\"short\"|\"Y\"|\"7\"|\"2026-01-01T00:00:00.123Z\"|\"EUR\"|"
            "\"Navy Blue\"|\"M\"\r\n");
}

TEST(FeedRow, WhatIsOfflineIsNotInStock) {
  auto row = scarf();
  row.online = false;
  const auto target = target_of(R"([{"attribute":"online"},{"attribute":"in_stock"},{"attribute":"ats"}])");
  EXPECT_EQ(rendered(target, row), "\"N\"|\"N\"|\"7\"\r\n");
}

TEST(FeedRow, TypesFormatsAndDelimiter) {
  auto target = target_of(R"([{"attribute":"Product.availabilityModel.inStock","label":"in","format":"true/false"},
      {"attribute":"price","format":"0,00"},{"attribute":"price","label":"c","type":"number","format":""},
      {"attribute":"price","label":"d","format":"cents"},
      {"attribute":"stock_time","format":"%d.%m.%Y %H:%M:%S"},{"attribute":"ats","label":"any","type":"bool"},
      {"attribute":"sale_price","fallback":"none"}])");
  target.delimiter = '\t';
  EXPECT_EQ(rendered(target, scarf()),
            "\"true\"\t\"49,90\"\t\"49.90\"\t\"4990\"\t\"01.01.2026 00:00:00\"\t\"Y\"\t\"none\"\r\n");
}

TEST(FeedRow, WithoutARequiredAttributeItIsLeftOutUnlessThereIsAFallback) {
  EXPECT_EQ(rendered(target_of(R"([{"attribute":"sku"},{"attribute":"brand","required":true}])"), scarf()),
            "left out");
  EXPECT_EQ(rendered(target_of(R"([{"attribute":"brand","required":true,"fallback":"ours"}])"), scarf()),
            "\"ours\"\r\n");
}

TEST(FeedRow, ARemovedProductIsNeitherOnlineNorInStock) {
  const auto target = target_of(
      R"([{"attribute":"sku"},{"attribute":"link"},{"attribute":"brand","required":true},{"attribute":"online"},{"attribute":"in_stock"},{"attribute":"ats"},{"attribute":"stock_time"}])");
  const FeedRenderer renderer(target, "https://shop.test", Time{});
  FeedBlock block;
  renderer.render_removed("GONE", 1'767'225'600'000, block);
  EXPECT_EQ(block.view(), "\"GONE\"|\"\"|\"\"|\"N\"|\"N\"|\"0\"|\"2026-01-01T00:00:00.000Z\"\r\n");
}

// Every position of a special character in the sixteen bytes that are looked at together.
TEST(FeedRow, EscapesWhereverItStands) {
  const auto target = target_of(R"([{"attribute":"name"}])");
  for (std::size_t length = 1; length < 40; ++length)
    for (std::size_t at = 0; at < length; ++at) {
      std::string name(length, 'x'), expected;
      name[at] = '"';
      for (char c : name) expected += c == '"' ? std::string("\"\"") : std::string(1, c);
      FeedRow row;
      row.name = name;
      ASSERT_EQ(rendered(target, row), "\"" + expected + "\"\r\n");
      name = std::string(length, '"');
      row.name = name;
      ASSERT_EQ(rendered(target, row).size(), 2 * length + 4);
    }
}

}  // namespace
}  // namespace stockbell::commerce
