#include "engagement/allocation/wave_interval.h"

#include <gtest/gtest.h>

#include <random>

namespace stockbell::engagement {
namespace {

using std::chrono::minutes;

TEST(WaveInterval, IsTheConfiguredOneUntilEnoughIsMeasured) {
  EXPECT_EQ(interval_by(minutes(20), {}), minutes(20));
  EXPECT_EQ(interval_by(minutes(20), {19, 19, 19, 19}), minutes(20));
}

TEST(WaveInterval, GrowsWithTheInterestThatWasMeasured) {
  // One in ten bought: as configured.
  EXPECT_EQ(interval_by(minutes(20), {100, 10, 10, 10}), minutes(20));
  EXPECT_EQ(interval_by(minutes(20), {100, 20, 20, 20}), minutes(40));
  EXPECT_EQ(interval_by(minutes(20), {100, 20, 20, 0}), minutes(10)) << "followed, not bought";
  EXPECT_EQ(interval_by(minutes(20), {100, 100, 0, 0}), minutes(10)) << "opened alone";
}

TEST(WaveInterval, StaysBetweenAQuarterAndFourTimes) {
  EXPECT_EQ(interval_by(minutes(20), {1000, 0, 0, 0}), minutes(5));
  EXPECT_EQ(interval_by(minutes(20), {1000, 1000, 1000, 1000}), minutes(80));
  EXPECT_EQ(interval_by(Duration(0), {1000, 10, 10, 10}), Duration(0));
}

TEST(WaveInterval, NeverFallsWhenMoreAnswer) {
  std::mt19937 random(7);
  for (int i = 0; i < 10'000; ++i) {
    Conversion one;
    one.sent = random() % 2000;
    one.opened = random() % (one.sent + 1);
    one.clicked = random() % (one.opened + 1);
    one.purchased = random() % (one.clicked + 1);
    auto more = one;
    if (more.purchased < more.clicked)
      ++more.purchased;
    else if (more.clicked < more.opened)
      ++more.clicked;
    else if (more.opened < more.sent)
      ++more.opened;
    const auto base = minutes(1 + random() % 10'080);
    EXPECT_LE(interval_by(base, one), interval_by(base, more));
    EXPECT_GE(interval_by(base, one), shortest_interval(base));
    EXPECT_LE(interval_by(base, more), base * 4);
  }
}

TEST(WaveInterval, TakesFiguresThatMakeNoSense) {
  EXPECT_EQ(interest_of({100, -5, 200, 1000}), 10'000);
  EXPECT_EQ(interest_of({-1, 5, 5, 5}), 1000);
  const auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(interest_of({most, most, most, most}), 10'000);
}

TEST(WaveInterval, CanBeSaid) {
  EXPECT_EQ(interval_text(minutes(15), {}), "15 min");
  EXPECT_EQ(interval_text(minutes(15), {120, 40, 12, 3}),
            "15 min: of 120 sent 40 opened, 12 followed, 3 bought");
  EXPECT_EQ(interval_text(std::chrono::seconds(450), {}), "7.5 min");
}

}  // namespace
}  // namespace stockbell::engagement
