#include "commerce/protection/disposable_domains.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

TEST(DisposableDomains, KnowsTheUsualOnesAndWhatIsBelowThem) {
  const auto domains = DisposableDomains::shipped();
  EXPECT_GT(domains.size(), 5000u);
  for (const char* one : {"mailinator.com", "a.b.mailinator.com", "guerrillamail.com", "yopmail.com"})
    EXPECT_TRUE(domains.contains(one)) << one;
  for (const char* one : {"gmail.com", "example.com", "amailinator.example", "com", "", "co.uk",
                          "outlook.com", "gmx.de", "proton.me", "icloud.com", "web.de", "qq.com"})
    EXPECT_FALSE(domains.contains(one)) << one;
}

TEST(DisposableDomains, AFileTakesThePlaceOfTheList) {
  auto domains = DisposableDomains::parse("# ours\r\nthrow.example\r\n!keep.throw.example\n\n", "x");
  ASSERT_TRUE(domains) << domains.error().message;
  const auto moved = std::move(*domains);
  EXPECT_TRUE(moved.contains("throw.example"));
  EXPECT_TRUE(moved.contains("a.throw.example"));
  EXPECT_FALSE(moved.contains("keep.throw.example"));
  EXPECT_FALSE(moved.contains("mailinator.com"));
}

TEST(DisposableDomains, SaysWhichLineIsNoDomain) {
  for (const char* text : {"ok.example\nnot a domain\n", "ok.example\nUPPER.example", "ok.example\n!",
                           "ok.example\nlocalhost", "ok.example\n.example"}) {
    const auto domains = DisposableDomains::parse(text, "list.txt");
    ASSERT_FALSE(domains) << text;
    EXPECT_NE(domains.error().message.find("list.txt:2:"), std::string::npos);
  }
  EXPECT_FALSE(DisposableDomains::read("/nowhere/list.txt"));
}

}  // namespace
}  // namespace stockbell::commerce
