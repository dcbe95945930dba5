#include "crm/matching/similarity.h"

#include <gtest/gtest.h>

namespace stockbell::crm::matching {
namespace {

TEST(JaroWinkler, GivesThePublishedValues) {
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.961, 0.0005);
  EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.840, 0.0005);
  EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.813, 0.0005);
  EXPECT_EQ(jaro_winkler("abc", "abc"), 1);
  EXPECT_EQ(jaro_winkler("abc", "xyz"), 0);
  EXPECT_EQ(jaro_winkler("", "xyz"), 0);
  EXPECT_NEAR(jaro_winkler("a", "ab"), 0.85, 0.0005);
}

TEST(JaroWinkler, IsTheSameBothWays) {
  EXPECT_DOUBLE_EQ(jaro_winkler("dixon", "dicksonx"), jaro_winkler("dicksonx", "dixon"));
}

TEST(EditDistance, CountsSwapsAsOne) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("berlin", "brelin"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("ca", "abc"), 3);  // optimal string alignment
}

TEST(KeyboardScore, ForgivesWhatFingersDo) {
  EXPECT_EQ(keyboard_score("smith", "smith"), 100);
  EXPECT_EQ(keyboard_score("smith", "smitj"), 90);   // neighbour
  EXPECT_EQ(keyboard_score("smith", "smtih"), 90);   // swapped
  EXPECT_EQ(keyboard_score("smith", "smih"), 90);    // left out
  EXPECT_EQ(keyboard_score("miler", "miller"), 92);  // doubled
  EXPECT_EQ(keyboard_score("meyer", "mezer"), 90);   // QWERTZ
}

TEST(KeyboardScore, DoesNotForgiveOtherNames) {
  EXPECT_EQ(keyboard_score("smith", "smits"), 80);
  EXPECT_LT(keyboard_score("adam", "adams"), 90);
  EXPECT_LT(keyboard_score("lee", "li"), 90);
  EXPECT_EQ(keyboard_score("", "smith"), 0);
}

}  // namespace
}  // namespace stockbell::crm::matching
