#include "commerce/protection/page_token.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_ms(1'800'000'000'000);
const std::string kKey(32, 'k');
const PageTokens kTokens(kKey, {});

std::string token_of(std::vector<std::string> skus) { return kTokens.issue("eu", skus, kNow); }

TEST(PageTokens, HoldForTheSkusAndSiteOfThePage) {
  const auto token = token_of({"S1", "S2"});
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow + 5s), TokenState::valid);
  EXPECT_EQ(kTokens.check(token, "eu", "S2", kNow + 2h), TokenState::valid);
  EXPECT_EQ(kTokens.check(token, "eu", "S3", kNow + 5s), TokenState::other);
  EXPECT_EQ(kTokens.check(token, "us", "S1", kNow + 5s), TokenState::other);
}

TEST(PageTokens, HoldFromTwoSecondsToTwoHours) {
  const auto token = token_of({"S1"});
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow + 1999ms), TokenState::early);
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow + 2s), TokenState::valid);
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow + 2h + 1ms), TokenState::expired);
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow - 4s), TokenState::early);  // another clock
  EXPECT_EQ(kTokens.check(token, "eu", "S1", kNow - 6s), TokenState::expired)
      << "signed here: the clock was set back";
}

TEST(PageTokens, AreNotToBeMade) {
  EXPECT_EQ(kTokens.check("", "eu", "S1", kNow), TokenState::missing);
  const auto token = token_of({"S1"});
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(kTokens.check(changed, "eu", "S1", kNow + 5s), TokenState::forged) << i;
  }
  const PageTokens stranger(std::string(32, 'x'), {});
  EXPECT_EQ(stranger.check(token, "eu", "S1", kNow + 5s), TokenState::forged);
  EXPECT_EQ(kTokens.check(std::string(100'000, 'A'), "eu", "S1", kNow), TokenState::forged);
}

TEST(PageTokens, StayShortForManyVariants) {
  std::vector<std::string> skus;
  for (int i = 0; i < 300; ++i) skus.push_back("SKU-" + std::to_string(i));
  const auto token = token_of(skus);
  EXPECT_LE(token.size(), 1040u);
  EXPECT_EQ(kTokens.check(token, "eu", "SKU-249", kNow + 5s), TokenState::valid);
  EXPECT_EQ(kTokens.check(token, "eu", "SKU-250", kNow + 5s), TokenState::other);
  EXPECT_LE(token_of({"S1"}).size(), 36u);
}

}  // namespace
}  // namespace stockbell::commerce
