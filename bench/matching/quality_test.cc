// The quality figures in small, so that a change of a rule or a method cannot spoil them unseen.
// What the rules cannot do is asserted too: docs/matching.md says it.
#include "matching/quality.h"

#include <gtest/gtest.h>

#include "crm/matching/matching.h"
#include "crm/matching/prepared.h"

namespace stockbell::bench {
namespace {

constexpr std::uint64_t kSeed = 20260101;

Quality measured(const std::string& rule) { return measure_quality(rule, 100, kSeed); }

TEST(MatchingQuality, IsOfOneSeed) {
  const auto one = measured("standard_contact"), two = measured("standard_contact");
  EXPECT_EQ(one.precision(), two.precision());
  EXPECT_EQ(one.recall(), two.recall());
}

TEST(MatchingQuality, OfTheStandardRule) {
  const auto quality = measured("standard_contact");
  EXPECT_GE(quality.precision(), 0.84);
  EXPECT_GE(quality.recall(), 0.79);
  for (auto kind : {"again", "slip_last", "nickname", "initial", "transposed", "sounds_alike",
                    "accents", "email_spelling", "moved", "nameless", "new_email_phone",
                    "new_email_home", "new_email_nickname"})
    EXPECT_GE(quality.share(kind), 0.98) << kind;
  EXPECT_GE(quality.share("slip_first"), 0.95);
  for (auto kind : {"junior_said", "namesake", "namesake_in_town", "neighbour", "stranger"})
    EXPECT_EQ(quality.share(kind), 0) << kind;
  EXPECT_LE(quality.share("household"), 0.03);
  EXPECT_LE(quality.share("family_email"), 0.03);
  EXPECT_LE(quality.share("twins"), 0.45);
}

TEST(MatchingQuality, OfTheStandardRuleWhereItIsWeak) {
  const auto quality = measured("standard_contact");
  EXPECT_EQ(quality.share("married"), 0);
  EXPECT_EQ(quality.share("account"), 0);
  EXPECT_GE(quality.share("junior_unsaid"), 0.9);
  EXPECT_GE(quality.share("namesake_exchange"), 0.9);
}

TEST(MatchingQuality, OfContactResolution) {
  const auto quality = measured("contact_resolution");
  EXPECT_GE(quality.precision(), 0.9);
  EXPECT_GE(quality.recall(), 0.7);
  EXPECT_EQ(quality.share("account"), 1);
  EXPECT_EQ(quality.share("family_accounts"), 0);
  EXPECT_EQ(quality.share("family_email"), 1);
}

TEST(MatchingQuality, OfEmailFirst) {
  const auto quality = measured("email_first");
  EXPECT_EQ(quality.share("married"), 1);
  EXPECT_EQ(quality.share("email_spelling"), 1);
  EXPECT_EQ(quality.share("new_email_phone"), 0);
  EXPECT_EQ(quality.share("family_email"), 1) << "one address, one contact";
}

// The keys leave candidates out whose lanes all differ; no such pair may satisfy the rule.
TEST(MatchingKeys, LeaveOutOnlyWhatTheFilterRefuses) {
  using namespace crm::matching;
  const auto rule = *shipped_rule("standard_contact");
  ASSERT_FALSE(rule.lanes.empty());
  SeededRandom random(kSeed);
  int matched = 0;
  for (std::size_t kind = 0; kind < pair_kinds().size(); ++kind)
    for (const auto& pair : make_pairs(kind, 40, random)) {
      if (!compare(rule, pair.stored, pair.incoming).matched) continue;
      ++matched;
      Prepared a(rule, pair.stored), b(rule, pair.incoming);
      EXPECT_TRUE(std::ranges::any_of(rule.lanes, [&](const KeyPart& lane) {
        const auto text = part_of(a, lane);
        return !text.empty() && text == part_of(b, lane);
      })) << pair_kinds()[kind].name;
    }
  EXPECT_GT(matched, 400);
}

TEST(MatchingQuality, IsFarBeyondEqualNamesAndEmail) {
  const auto naive = measured("exact").recall();
  for (auto rule : {"standard_contact", "contact_resolution", "email_first"})
    EXPECT_GE(measured(rule).recall(), 4 * naive) << rule;
}

}  // namespace
}  // namespace stockbell::bench
