#include "demo/demo_catalog.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "demo/demo_product.h"
#include "demo/picture.h"

namespace stockbell::demo {
namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int count_of(const std::string& text, std::string_view word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + word.size()))
    ++count;
  return count;
}

class DemoCatalog : public testing::Test {
 protected:
  DemoCatalog() {
    char name[] = "/tmp/stockbell-demo-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~DemoCatalog() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
};

TEST_F(DemoCatalog, IsTheSameForTheSameSeedAndOtherForAnother) {
  ASSERT_TRUE(write_catalog({.products = 40, .seed = 7}, directory_ / "a"));
  ASSERT_TRUE(write_catalog({.products = 40, .seed = 7}, directory_ / "b"));
  ASSERT_TRUE(write_catalog({.products = 40, .seed = 8}, directory_ / "c"));
  EXPECT_EQ(read(directory_ / "a/catalog.xml"), read(directory_ / "b/catalog.xml"));
  EXPECT_EQ(read(directory_ / "a/inventory.xml"), read(directory_ / "b/inventory.xml"));
  EXPECT_NE(read(directory_ / "a/inventory.xml"), read(directory_ / "c/inventory.xml"));
}

TEST_F(DemoCatalog, GivesEverySkuOneInventoryRecordAndEveryPictureAFile) {
  const DemoOptions options{.products = 100};
  ASSERT_TRUE(write_catalog(options, directory_));
  const auto catalog = read(directory_ / "catalog.xml"),
             inventory = read(directory_ / "inventory.xml");
  std::set<std::string> skus;
  int pictures = 0;
  for (int i = 0; i < 100; ++i) {
    const auto product = make_product(options.seed, i, 0);
    for (const auto& variant : product.variants) {
      EXPECT_TRUE(skus.insert(variant.sku).second) << variant.sku;
      EXPECT_TRUE(
          std::filesystem::exists(directory_ / "pictures" / product.picture(variant.color)));
      ++pictures;
    }
  }
  EXPECT_EQ(count_of(inventory, "<record "), std::ssize(skus));
  EXPECT_GT(pictures, 500);
  for (const auto& sku : skus)
    EXPECT_EQ(count_of(catalog, "<product product-id=\"" + sku + "\""), 1);
  EXPECT_EQ(count_of(catalog, "<category-assignment "), 100);
}

TEST_F(DemoCatalog, SellsOutAboutASeventhOfTheVariantsAndSomeWholeProducts) {
  int variants = 0, gone = 0, whole = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto product = make_product(1, i, 0);
    int left = 0;
    for (const auto& variant : product.variants) left += variant.quantity > 0;
    variants += static_cast<int>(std::ssize(product.variants));
    gone += static_cast<int>(std::ssize(product.variants)) - left;
    whole += left == 0;
  }
  EXPECT_NEAR(static_cast<double>(gone) / variants, 0.15, 0.03);
  EXPECT_GT(whole, 60);
  EXPECT_LT(whole, 300);
}

TEST_F(DemoCatalog, NamesEveryProductDifferently) {
  std::set<std::string> names;
  for (int i = 0; i < 3000; ++i) names.insert(make_product(3, i, 0).name);
  EXPECT_GT(names.size(), 2990u);
}

TEST_F(DemoCatalog, KeepsToTheVariantLimit) {
  for (int i = 0; i < 100; ++i) EXPECT_LE(make_product(1, i, 2).variants.size(), 2u);
}

TEST_F(DemoCatalog, RestocksTheFirstSoldOutSkus) {
  const DemoOptions options{.products = 300};
  const auto skus = sold_out_skus(options, 25);
  ASSERT_EQ(skus.size(), 25u);
  ASSERT_TRUE(write_restock(options, 25, directory_ / "restock.xml"));
  const auto restock = read(directory_ / "restock.xml");
  EXPECT_EQ(count_of(restock, "<record "), 25);
  EXPECT_NE(restock.find("product-id=\"" + skus.back() + "\""), std::string::npos);

  ASSERT_TRUE(write_feed(options, "http://shop.example", 0, directory_ / "before.psv"));
  ASSERT_TRUE(write_feed(options, "http://shop.example", 25, directory_ / "after.psv"));
  const auto before = read(directory_ / "before.psv"), after = read(directory_ / "after.psv");
  EXPECT_EQ(count_of(before, "|N|0\n") - count_of(after, "|N|0\n"), 25);
  EXPECT_EQ(count_of(after, "\n"), count_of(before, "\n"));
}

TEST_F(DemoCatalog, SaysWhereItCouldNotWrite) {
  auto result = write_feed({}, "http://shop.example", 0, directory_ / "missing/feed.psv");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "file-not-writable");
}

TEST(Picture, IsACompleteSvgOfItsColour) {
  for (const auto& kind : kinds())
    for (int pattern = 0; pattern < 4; ++pattern) {
      const auto svg = draw_picture(kind.key, "#2b3f63", pattern, "Thing, Navy");
      EXPECT_EQ(svg.find('$'), std::string::npos) << kind.key;
      EXPECT_NE(svg.find("#2b3f63"), std::string::npos);
      EXPECT_TRUE(svg.ends_with("</svg>\n"));
      EXPECT_EQ(count_of(svg, "<g"), count_of(svg, "</g>")) << kind.key;
    }
}

}  // namespace
}  // namespace stockbell::demo
