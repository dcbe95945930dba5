#include "connect/sync/pump.h"

#include <gtest/gtest.h>

#include <future>

namespace stockbell::connect {
namespace {

using std::chrono::milliseconds;

TEST(PumpBackOff, DoublesFromFiftyMillisecondsToThirtySeconds) {
  SeededRandom random{1};
  for (int round = 0; round < 100; ++round) {
    EXPECT_GE(back_off(1, random), milliseconds(25));
    EXPECT_LE(back_off(1, random), milliseconds(50));
    EXPECT_LE(back_off(4, random), milliseconds(400));
    EXPECT_GE(back_off(10, random), milliseconds(12'800));
    EXPECT_LE(back_off(1000, random), milliseconds(30'000));
    EXPECT_GE(back_off(1000, random), milliseconds(15'000));
  }
}

TEST(Pump, RunsOnAtOnceWhileThereIsMore) {
  SeededRandom random{1};
  std::promise<void> done;
  int steps = 0;
  Pump pump("test", random, [&]() -> Result<Progress> {
    if (++steps == 1000) done.set_value();
    return steps < 1000 ? Progress::more : Progress::idle;
  });
  pump.start();
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  pump.stop();
}

TEST(Pump, TriesAgainAfterAFailureAndForgetsIt) {
  SeededRandom random{1};
  std::promise<std::string> recovered;
  int steps = 0;
  Pump* self = nullptr;
  Pump pump("test", random, [&]() -> Result<Progress> {
    if (++steps == 1) return fail(ErrorCode::unavailable, "peer-away", "nobody there");
    if (steps == 2) recovered.set_value(self->last_error());
    return Progress::idle;
  });
  self = &pump;
  pump.start();
  auto error = recovered.get_future();
  ASSERT_EQ(error.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(error.get(), "peer-away: nobody there");
  pump.stop();
  EXPECT_EQ(pump.failures(), 0);
  EXPECT_EQ(pump.last_error(), "");
}

TEST(Pump, WakerOutlivesThePump) {
  SeededRandom random{1};
  std::function<void()> wake;
  {
    Pump pump("test", random, []() -> Result<Progress> { return Progress::idle; });
    wake = pump.waker();
    pump.start();
  }
  wake();
  SUCCEED();
}

}  // namespace
}  // namespace stockbell::connect
