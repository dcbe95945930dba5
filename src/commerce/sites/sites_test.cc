#include "commerce/sites/sites.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

TEST(Sites, ReadsWhatTheConfigurationSays) {
  auto sites = Sites::parse(
      R"([{"key":"eu","inventory_lists":["hamburg","lyon"],"list_policy":"first",
           "safety_stock":2,"double_opt_in":true},
          {"key":"us","inventory_lists":["hamburg","lyon"],"list_policy":"first",
           "safety_stock":2}])",
      {});
  ASSERT_TRUE(sites) << sites.error().message;
  EXPECT_EQ(sites->main().key, "eu");
  EXPECT_EQ(sites->main().list_policy, ListPolicy::first);
  EXPECT_EQ(sites->main().safety_stock, 2);
  EXPECT_TRUE(sites->main().double_opt_in);
  ASSERT_NE(sites->find("us"), nullptr);
  EXPECT_FALSE(sites->find("us")->double_opt_in);
  EXPECT_EQ(sites->find("uk"), nullptr);
  EXPECT_EQ(sites->selling_from("lyon").size(), 2u);
  EXPECT_TRUE(sites->selling_from("tokyo").empty());
}

TEST(Sites, WithoutTablesThereIsTheOneSite) {
  Site only;
  only.key = "shop";
  auto sites = Sites::parse("", only);
  ASSERT_TRUE(sites);
  EXPECT_EQ(sites->main().key, "shop");
}

TEST(Sites, SaysWhichSiteIsWrongAndWhatWouldBeRight) {
  for (auto [json, part] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"([{"key":"a"},{"key":"a"}])", "commerce.sites[1]: key: another site"},
           {R"([{"key":"a b"}])", "letters, digits"},
           {R"([{"list_policy":"any"}])", "sum or first"},
           {R"([{"safety_stock":-1}])", "safety_stock"},
           {R"([{"colour":"red"}])", "known are key"},
           {R"([])", "at least one"},
           {R"([{"key":"a"},{"key":"b","inventory_lists":["x"]}])", "one stock for an item"},
           {R"([{"key":"a"},{"key":"b","ring_on_preorder":true}])", "one stock for an item"},
           {R"([{"inventory_lists":[]}])", "a list of texts"}}) {
    auto sites = Sites::parse(json, {});
    ASSERT_FALSE(sites) << json;
    EXPECT_NE(sites.error().message.find(part), std::string::npos) << sites.error().message;
  }
}

}  // namespace
}  // namespace stockbell::commerce
