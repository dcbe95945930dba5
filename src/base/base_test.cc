#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "base/id.h"

namespace stockbell {
namespace {

TEST(Time, WritesAndReadsRfc3339) {
  const auto time = parse_rfc3339("2026-01-31T08:15:02.250Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_rfc3339(*time), "2026-01-31T08:15:02.250Z");
  EXPECT_EQ(to_rfc5322(*time), "Sat, 31 Jan 2026 08:15:02 +0000");
  EXPECT_EQ(parse_rfc3339("2026-01-31T10:15:02.25+02:00"), time);
  EXPECT_EQ(parse_rfc3339("2026-01-31T08:15:02.25"), time);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z",
                           "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+", "2026-01-01T00:61:00Z",
                           "2026-01-01T24:00:01Z", "2026-01-01T-0:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(IdGenerator, IsStrictlyIncreasingWithinAndAcrossMilliseconds) {
  ManualClock clock;
  SeededRandom random(1);
  IdGenerator ids(clock, random);
  std::int64_t last = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i % 1000 == 0) clock.advance(Duration(1));
    const auto id = ids.next();
    ASSERT_GT(id, last);
    last = id;
  }
  clock.advance(Duration(-5000));
  EXPECT_GT(ids.next(), last) << "a clock set back must not repeat ids";
}

TEST(RecordId, GoesBothWaysWithChecksum) {
  const std::int64_t id = 354'212'945'112'345;
  const auto text = to_record_id(kRequestPrefix, id);
  ASSERT_EQ(text.size(), 18u);
  EXPECT_EQ(parse_record_id(kRequestPrefix, text), id);
  EXPECT_EQ(parse_record_id(kRequestPrefix, text.substr(0, 15)), id);
  EXPECT_FALSE(parse_record_id(kContactPrefix, text));
  auto wrong = text;
  wrong[17] = wrong[17] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(parse_record_id(kRequestPrefix, wrong));
  EXPECT_FALSE(parse_record_id(kRequestPrefix, "a0B0000000000-00"));
  EXPECT_FALSE(parse_record_id(kRequestPrefix, "a0Bzzzzzzzzzzzz")) << "beyond 63 bits";
}

}  // namespace
}  // namespace stockbell
