#include "crm/soql/date_literals.h"

#include <gtest/gtest.h>

namespace stockbell::crm::soql {
namespace {

// "begin end" of the literal on Thursday, 2026-05-14, in the afternoon.
std::string span(std::string_view name, int count = 1) {
  auto literal = find_date_literal(name);
  if (!literal) return "none";
  if (literal->counted) literal->date.shift *= count;
  const auto [begin, end] = span_of(literal->date, *parse_rfc3339("2026-05-14T15:30:00Z"));
  EXPECT_EQ(to_ms(begin) % 86'400'000, 0);
  return to_rfc3339(begin).substr(0, 10) + " " + to_rfc3339(end).substr(0, 10);
}

TEST(SoqlDateLiterals, MeanStretchesOfTime) {
  EXPECT_EQ(span("today"), "2026-05-14 2026-05-15");
  EXPECT_EQ(span("YESTERDAY"), "2026-05-13 2026-05-14");
  EXPECT_EQ(span("TOMORROW"), "2026-05-15 2026-05-16");
  EXPECT_EQ(span("THIS_WEEK"), "2026-05-10 2026-05-17");
  EXPECT_EQ(span("LAST_WEEK"), "2026-05-03 2026-05-10");
  EXPECT_EQ(span("NEXT_WEEK"), "2026-05-17 2026-05-24");
  EXPECT_EQ(span("THIS_MONTH"), "2026-05-01 2026-06-01");
  EXPECT_EQ(span("LAST_QUARTER"), "2026-01-01 2026-04-01");
  EXPECT_EQ(span("NEXT_QUARTER"), "2026-07-01 2026-10-01");
  EXPECT_EQ(span("THIS_YEAR"), "2026-01-01 2027-01-01");
  EXPECT_EQ(span("LAST_90_DAYS"), "2026-02-13 2026-05-15");
  EXPECT_EQ(span("LAST_N_DAYS", 7), "2026-05-07 2026-05-15");
  EXPECT_EQ(span("NEXT_N_DAYS", 2), "2026-05-15 2026-05-17");
  EXPECT_EQ(span("N_DAYS_AGO", 3), "2026-05-11 2026-05-12");
  EXPECT_EQ(span("LAST_N_MONTHS", 5), "2025-12-01 2026-05-01");
  EXPECT_EQ(span("NEXT_N_MONTHS", 8), "2026-06-01 2027-02-01");
  EXPECT_EQ(span("LAST_N_QUARTERS", 2), "2025-10-01 2026-04-01");
  EXPECT_EQ(span("LAST_N_YEARS", 2), "2024-01-01 2026-01-01");
  EXPECT_EQ(span("LAST_N_WEEKS", 1), span("LAST_WEEK"));
  EXPECT_EQ(span("SOMEDAY"), "none");
}

TEST(SoqlDateLiterals, ReachFarWithoutOverflow) {
  auto years = find_date_literal("NEXT_N_YEARS")->date;
  years.shift = kMaxDateShift;
  const auto [begin, end] = span_of(years, Time());
  EXPECT_LT(begin, end);
  years = find_date_literal("LAST_N_YEARS")->date;
  years.shift = kMaxDateShift;
  EXPECT_LT(span_of(years, Time()).begin, Time());
}

}  // namespace
}  // namespace stockbell::crm::soql
