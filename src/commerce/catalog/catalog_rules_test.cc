#include "commerce/catalog/catalog_rules.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

TEST(ParsePrice, ReadsHundredths) {
  EXPECT_EQ(parse_price(" 49.90 "), 4990);
  EXPECT_EQ(parse_price("49,9"), 4990);
  EXPECT_EQ(parse_price("7"), 700);
  EXPECT_EQ(parse_price("1.299,00"), 129900);
  EXPECT_EQ(parse_price("1,234,567.8"), 123456780);
  EXPECT_EQ(parse_money("15.00 USD")->minor, 1500);
  EXPECT_EQ(parse_money("EUR 15,5")->currency, "EUR");
  EXPECT_FALSE(parse_money("15 dollars"));
  for (auto bad : {"1.29,00", ",299.00", "1,2345.00"}) EXPECT_FALSE(parse_price(bad)) << bad;
  for (auto bad : {"", ".5", "-1", "1.2.3", "12 EUR", "1e3", "99999999999999"})
    EXPECT_FALSE(parse_price(bad)) << bad;
  EXPECT_EQ(format_price(4905, "EUR"), "€ 49.05");
  EXPECT_EQ(format_price(4905, "SEK"), "SEK 49.05");
}

TEST(PictureUrl, KeepsAbsoluteAddressesAndEscapesTheRest) {
  EXPECT_EQ(picture_url("a b/c\"d.svg"), "/pictures/a%20b/c%22d.svg");
  EXPECT_EQ(picture_url("/x.svg"), "/pictures/x.svg");
  EXPECT_EQ(picture_url("https://cdn.test/x.png"), "https://cdn.test/x.png");
  EXPECT_EQ(picture_url(""), "");
}

}  // namespace
}  // namespace stockbell::commerce
