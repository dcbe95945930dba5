#include "commerce/capture/apply_pace.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

ApplyPace::Seen batch(std::uint64_t requests, std::uint64_t appended) {
  return {.took = 40ms,
          .requests = requests,
          .appended = appended,
          .waiting_bytes = 1'000,
          .most_bytes = 10'000};
}

TEST(ApplyPace, RestsWhileRequestsComeMuchFasterThanTheyAreApplied) {
  ApplyPace pace;
  EXPECT_EQ(pace.rest_after(batch(512, 5'000)), 160ms);
  EXPECT_EQ(pace.rest_after(batch(512, 10'000)), 160ms);
}

TEST(ApplyPace, GoesOnAtOnceWhenTheyComeAsFastAsTheyAreApplied) {
  ApplyPace pace;
  EXPECT_EQ(pace.rest_after(batch(512, 700)), 0ms);
  EXPECT_EQ(pace.rest_after(batch(512, 1'400)), 0ms);
}

TEST(ApplyPace, CatchesUpAfterTheRush) {
  ApplyPace pace;
  pace.rest_after(batch(512, 100'000));
  EXPECT_EQ(pace.rest_after(batch(512, 100'300)), 0ms);
}

TEST(ApplyPace, NeverRestsWhenTheQueueIsHalfFull) {
  ApplyPace pace;
  auto full = batch(512, 100'000);
  full.waiting_bytes = 5'001;
  EXPECT_EQ(pace.rest_after(full), 0ms);
}

TEST(ApplyPace, RestsForAQuarterOfASecondAtMost) {
  ApplyPace pace;
  auto slow = batch(512, 100'000);
  slow.took = 3s;
  EXPECT_EQ(pace.rest_after(slow), 250ms);
}

}  // namespace
}  // namespace stockbell::commerce
