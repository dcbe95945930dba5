#include "commerce/feed/cron_schedule.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

// The next `count` runs after a moment of a clock that jumps from run to run, in UTC.
std::vector<std::string> runs(const std::string& expression, const std::string& zone,
                              const std::string& after, int count) {
  const auto schedule = CronSchedule::parse(expression, zone);
  if (!schedule) return {schedule.error().message};
  ManualClock clock(*parse_rfc3339(after));
  std::vector<std::string> found;
  for (int i = 0; i < count; ++i) {
    clock.advance(schedule->next(clock.now()) - clock.now());
    found.push_back(to_rfc3339(clock.now()).substr(0, 16));
  }
  return found;
}
using Runs = std::vector<std::string>;

TEST(CronSchedule, StepsRangesListsAndNames) {
  EXPECT_EQ(runs("*/15 * * * *", "UTC", "2026-03-01T10:07:30Z", 3),
            (Runs{"2026-03-01T10:15", "2026-03-01T10:30", "2026-03-01T10:45"}));
  EXPECT_EQ(runs("5,35 6-22/8 * * MON-fri", "UTC", "2026-03-06T14:35:00Z", 3),  // a Friday
            (Runs{"2026-03-06T22:05", "2026-03-06T22:35", "2026-03-09T06:05"}));
  EXPECT_EQ(runs("0 0 1 jan,Jul *", "UTC", "2026-03-01T00:00:00Z", 2),
            (Runs{"2026-07-01T00:00", "2027-01-01T00:00"}));
  EXPECT_EQ(runs("@daily", "UTC", "2026-03-01T00:00:00Z", 1), (Runs{"2026-03-02T00:00"}));
}

TEST(CronSchedule, LaterThanNowAlways) {
  EXPECT_EQ(runs("0 12 * * *", "UTC", "2026-03-01T12:00:00Z", 1), (Runs{"2026-03-02T12:00"}));
  EXPECT_EQ(runs("0 12 * * *", "UTC", "2026-03-01T11:59:59.999Z", 1), (Runs{"2026-03-01T12:00"}));
}

TEST(CronSchedule, BothDaysGivenMeansEither) {
  EXPECT_EQ(runs("0 0 13 * fri", "UTC", "2026-03-01T00:00:00Z", 3),
            (Runs{"2026-03-06T00:00", "2026-03-13T00:00", "2026-03-20T00:00"}));
  EXPECT_EQ(runs("0 0 */2 * fri", "UTC", "2026-03-01T00:00:00Z", 2),  // a step on * restricts both
            (Runs{"2026-03-13T00:00", "2026-03-27T00:00"}));
}

TEST(CronSchedule, SundayIsNoughtAndSeven) {
  EXPECT_EQ(runs("0 0 * * 0", "UTC", "2026-03-02T00:00:00Z", 1), (Runs{"2026-03-08T00:00"}));
  EXPECT_EQ(runs("0 0 * * 7", "UTC", "2026-03-02T00:00:00Z", 1), (Runs{"2026-03-08T00:00"}));
  EXPECT_EQ(runs("0 0 * * 5-7", "UTC", "2026-03-02T00:00:00Z", 3),
            (Runs{"2026-03-06T00:00", "2026-03-07T00:00", "2026-03-08T00:00"}));
}

TEST(CronSchedule, LastDayAndLastWeekday) {
  EXPECT_EQ(runs("0 0 L * *", "UTC", "2027-12-31T00:00:00Z", 3),
            (Runs{"2028-01-31T00:00", "2028-02-29T00:00", "2028-03-31T00:00"}));
  EXPECT_EQ(runs("0 0 * * 5L", "UTC", "2026-03-01T00:00:00Z", 2),
            (Runs{"2026-03-27T00:00", "2026-04-24T00:00"}));
  EXPECT_EQ(runs("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1), (Runs{"2104-02-29T00:00"}));
}

TEST(CronSchedule, FollowsItsZoneThroughTheYear) {
  EXPECT_EQ(runs("0 6 1 1,7 *", "Europe/Berlin", "2026-01-02T00:00:00Z", 2),
            (Runs{"2026-07-01T04:00", "2027-01-01T05:00"}));
  EXPECT_EQ(runs("30 6 * * *", "Asia/Kolkata", "2026-03-01T00:00:00Z", 2),
            (Runs{"2026-03-01T01:00", "2026-03-02T01:00"}));
}

// On 29 March 2026 Berlin goes from 02:00 to 03:00 (01:00 UTC).
TEST(CronSchedule, ANamedHourThatIsSkippedRunsAtTheGapsEnd) {
  EXPECT_EQ(runs("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
            (Runs{"2026-03-29T01:00", "2026-03-30T00:30"}));
  EXPECT_EQ(runs("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3),
            (Runs{"2026-03-29T01:00", "2026-03-29T01:30", "2026-03-30T00:00"}));
}

TEST(CronSchedule, AnyHourFollowsRealTimeOverTheGap) {
  EXPECT_EQ(runs("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:15:00Z", 3),
            (Runs{"2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"}));
}

// On 25 October 2026 Berlin goes from 03:00 back to 02:00 (01:00 UTC).
TEST(CronSchedule, ANamedHourThatComesTwiceRunsOnce) {
  EXPECT_EQ(runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            (Runs{"2026-10-25T00:30", "2026-10-26T01:30"}));
}

TEST(CronSchedule, AnyHourRunsInBothOfTheTwoHours) {
  EXPECT_EQ(runs("0,30 * * * *", "Europe/Berlin", "2026-10-24T23:45:00Z", 5),
            (Runs{"2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30",
                  "2026-10-25T02:00"}));
}

TEST(CronSchedule, AGapAtMidnightAndADayThatNeverWas) {
  // Beirut skips 00:00-01:00 on 29 March 2026; Apia skipped 30 December 2011.
  EXPECT_EQ(runs("0 0 29 3 *", "Asia/Beirut", "2026-03-01T00:00:00Z", 1),
            (Runs{"2026-03-28T22:00"}));
  EXPECT_EQ(runs("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3),
            (Runs{"2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"}));
}

TEST(CronSchedule, SaysWhatIsWrong) {
  for (const char* bad : {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
                          "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *",
                          "a * * * *", "5/2 * * * *", "* * * * 9L", "-1 * * * *", ", * * * *"}) {
    const auto parsed = CronSchedule::parse(bad, "UTC");
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().reason, "cron-invalid") << bad;
  }
  EXPECT_EQ(CronSchedule::parse("0 0 30 2 *", "UTC").error().message, "\"0 0 30 2 *\" never comes");
  EXPECT_EQ(CronSchedule::parse("* * * * *", "Mars/Base").error().reason, "time-zone-unknown");
}

}  // namespace
}  // namespace stockbell::commerce
