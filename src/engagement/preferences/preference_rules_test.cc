#include "engagement/preferences/preference_rules.h"

#include <gtest/gtest.h>

#include "engagement/messages/preference_links.h"

namespace stockbell::engagement {
namespace {

using std::chrono::minutes;

TEST(PreferenceRules, OneMessageInTenMinutesAndThreeInADay) {
  const Time now(std::chrono::hours(24 * 365 * 56));
  EXPECT_EQ(may_write({0, {}}, now), MayWrite::now);
  EXPECT_EQ(may_write({1, now - minutes(9)}, now), MayWrite::later);
  EXPECT_EQ(may_write({2, now - minutes(10)}, now), MayWrite::now);
  EXPECT_EQ(may_write({3, now - minutes(600)}, now), MayWrite::not_today);
}

TEST(PreferenceRules, KeepsOnlyTheNetworkOfAClient) {
  EXPECT_EQ(client_network("203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(client_network("::ffff:203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(client_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
  EXPECT_EQ(client_network("ada@example.com"), "");
}

TEST(PreferenceRules, NamesAStateThatTheCrmHasYetToHearOf) {
  EXPECT_EQ(shown_state(Stage::closed, RequestStatus::requested, false), ShownState::stopped);
  EXPECT_EQ(shown_state(Stage::closed, RequestStatus::queued, true), ShownState::told);
  EXPECT_EQ(shown_state(Stage::closed, RequestStatus::purchased, true), ShownState::bought);
  EXPECT_EQ(shown_state(Stage::pending, RequestStatus::pending, false), ShownState::pending);
}

TEST(PreferenceRules, MasksAMailbox) {
  EXPECT_EQ(masked("ada@example.com"), "a…@example.com");
  EXPECT_EQ(masked("öda@example.com"), "ö…@example.com");
  EXPECT_EQ(masked("nobody"), "");
}

TEST(PreferenceLinks, ReadsOnlyItsOwnKind) {
  const PreferenceLinks links("https://shop.example", crypto::Signer(std::string(32, 'k')));
  const Time ends(std::chrono::seconds(1'800'000'000));
  const auto token_of = [](const std::string& url) { return url.substr(url.rfind('/') + 1); };
  const auto confirm = token_of(links.confirm(MessageId{7}, ends));
  const auto read = links.read(PreferenceKind::confirm, confirm);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->message, MessageId{7});
  EXPECT_EQ(read->expires_at, ends);
  EXPECT_FALSE(links.read(PreferenceKind::keep, confirm));
  EXPECT_FALSE(links.read(PreferenceKind::manage, confirm));
  EXPECT_FALSE(links.read(PreferenceKind::confirm, confirm.substr(1)));
  const std::string key(64, 'a');
  const auto manage = links.read(PreferenceKind::manage, token_of(links.manage(key, ends)));
  ASSERT_TRUE(manage);
  EXPECT_EQ(manage->address_key, key);
  EXPECT_EQ(manage->expires_at, ends + PreferenceLinks::kManageLife);
  const PreferenceLinks others("https://shop.example", crypto::Signer(std::string(32, 'x')));
  EXPECT_FALSE(others.read(PreferenceKind::confirm, confirm));
}

}  // namespace
}  // namespace stockbell::engagement
