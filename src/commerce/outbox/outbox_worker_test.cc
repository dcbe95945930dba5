#include "commerce/outbox/outbox_worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

TEST(BackoffPause, DoublesUpToTheLongestWithJitter) {
  Backoff backoff{100ms, 1000ms};
  EXPECT_EQ(backoff_pause(backoff, 1, 0), 50ms);
  EXPECT_EQ(backoff_pause(backoff, 1, 50), 100ms);
  EXPECT_EQ(backoff_pause(backoff, 2, 0), 100ms);
  EXPECT_EQ(backoff_pause(backoff, 100, 0), 500ms);
  for (std::uint64_t word = 0; word < 2000; ++word)
    EXPECT_LE(backoff_pause(backoff, 40, word * 7919), 1000ms);
}

TEST(OutboxWorker, GoesOnAfterFailuresWithoutBeingWoken) {
  SeededRandom random(1);
  std::atomic<int> steps = 0;
  std::promise<void> done;
  OutboxWorker worker("test",
                      [&]() -> Result<OutboxStep> {
                        if (++steps < 4) return fail(ErrorCode::unavailable, "away", "away");
                        if (steps == 4) done.set_value();
                        return OutboxStep{};
                      },
                      random, {1ms, 4ms});
  worker.start();
  ASSERT_EQ(done.get_future().wait_for(20s), std::future_status::ready);
  worker.stop();
  EXPECT_EQ(steps, 4);
}

TEST(OutboxWorker, StepsAgainWhenWokenOrWhenLaterComes) {
  SeededRandom random(1);
  std::mutex mutex;
  std::condition_variable changed;
  int steps = 0;
  OutboxWorker worker(
      "test",
      [&]() -> Result<OutboxStep> {
        std::lock_guard lock(mutex);
        ++steps;
        changed.notify_all();
        return OutboxStep{steps == 1, steps == 3 ? 1ms : 0ms};
      },
      random);
  auto reaches = [&](int count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, [&] { return steps >= count; });
  };
  worker.start();
  ASSERT_TRUE(reaches(2));  // "more" takes another step at once
  worker.wake();
  ASSERT_TRUE(reaches(3));
  ASSERT_TRUE(reaches(4));  // by itself, after "later"
  worker.stop();
}

TEST(OutboxWorker, IsNotWokenFromItsRest) {
  SeededRandom random(1);
  std::promise<std::chrono::steady_clock::time_point> again;
  int steps = 0;
  OutboxWorker worker("test",
                      [&]() -> Result<OutboxStep> {
                        if (++steps == 2) again.set_value(std::chrono::steady_clock::now());
                        return OutboxStep{.more = steps == 1, .rest = steps == 1 ? 50ms : 0ms};
                      },
                      random);
  const auto began = std::chrono::steady_clock::now();
  worker.start();
  worker.wake();
  auto second = again.get_future();
  ASSERT_EQ(second.wait_for(20s), std::future_status::ready);
  EXPECT_GE(second.get() - began, 50ms);
}

}  // namespace
}  // namespace stockbell::commerce
