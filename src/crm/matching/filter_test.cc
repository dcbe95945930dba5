#include "crm/matching/filter.h"

#include <gtest/gtest.h>

namespace stockbell::crm::matching {
namespace {

std::string read(std::string_view text) {
  auto filter = Filter::parse(text, 9);
  return filter ? filter->to_text() : "refused: " + filter.error().message;
}

TEST(Filter, IsReadWithAndBeforeOr) {
  EXPECT_EQ(read("(1 AND 2) OR (3 AND 4)"), "1 AND 2 OR 3 AND 4");
  EXPECT_EQ(read("1 and (2 or 3)"), "1 AND (2 OR 3)");
  EXPECT_EQ(read("((1))"), "1");
  EXPECT_EQ(read("1OR 2"), "1 OR 2");
}

TEST(Filter, AsksForNoMoreThanItNeeds) {
  auto filter = Filter::parse("(1 AND 2) OR (3 AND 4)", 4);
  ASSERT_TRUE(filter);
  std::vector<std::size_t> asked;
  EXPECT_TRUE(filter->holds([&](std::size_t n) {
    asked.push_back(n);
    return n >= 2;
  }));
  EXPECT_EQ(asked, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(filter->fields(), (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(Filter, SaysWhereItIsWrong) {
  EXPECT_NE(read("1 AND").find("character 6"), std::string::npos) << read("1 AND");
  EXPECT_NE(read("1 AND 10").find("1 to 9"), std::string::npos);
  for (auto bad : {"", " ", "0", "10", "1 2", "(1", "1)", "AND", "1 AND OR 2", "1 XOR 2", "NOT 1",
                   "1 ANDX 2", "1;2", "()", "99999999999999999999999", "1 AND -2", "1 or\n2"})
    EXPECT_TRUE(read(bad).starts_with("refused")) << bad;
}

TEST(Filter, IsBounded) {
  auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '(') + "1" +
           std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_EQ(read(nested(kMaxFilterDepth)), "1");
  EXPECT_TRUE(read(nested(kMaxFilterDepth + 1)).starts_with("refused"));
  std::string long_one = "1";
  while (long_one.size() <= kMaxFilterOctets) long_one += " OR 1";
  EXPECT_TRUE(read(long_one).starts_with("refused"));
}

}  // namespace
}  // namespace stockbell::crm::matching
