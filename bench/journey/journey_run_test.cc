#include "journey/journey_run.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace stockbell::bench {
namespace {

TEST(JourneyBench, SendsAndTellsEverybodyOnce) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("journey_bench_" + std::to_string(::getpid()));
  const auto run = run_journey(folder, 3000, 700);
  EXPECT_EQ(run.sent, 3000);
  EXPECT_EQ(run.updates, 6000) << "Queued and Sent";
  EXPECT_EQ(run.counted, 3000);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace stockbell::bench
