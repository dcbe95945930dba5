// Seeds for half a minute, each mutation once, and one seed twice. STOCKBELL_SIMULATION_SECONDS
// runs longer, STOCKBELL_SIMULATION_SEED replays one seed and prints its trail.
#include "simulation/simulation.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "platform/log/log.h"

namespace stockbell::simulation {
namespace {

// In memory where there is room: the stores sync each commit.
std::filesystem::path folder() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code error;
  const auto room = std::filesystem::space(memory, error);
  const auto base = !error && room.available > (1u << 30) && ::access(memory.c_str(), W_OK) == 0
                        ? memory
                        : std::filesystem::temp_directory_path();
  return base / fmt::format("stockbell_simulation.{}", ::getpid());
}

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class SimulationTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { log::open(log::Level::error, "/dev/null"); }
};

TEST_F(SimulationTest, KeepsTheInvariants) {
  const auto seed = number_in("STOCKBELL_SIMULATION_SEED", 0);
  if (seed != 0) {
    const auto report = simulate(seed, folder());
    std::cout << explain(report, report.trail.size());
    EXPECT_TRUE(report.violations.empty());
    return;
  }
  const std::chrono::seconds time(number_in("STOCKBELL_SIMULATION_SECONDS", 30));
  const auto first = number_in("STOCKBELL_SIMULATION_FIRST_SEED", 1);
  const auto until = std::chrono::steady_clock::now() + time;
  std::map<std::string, std::int64_t> counts;
  std::uint64_t seeds = 0, failed = 0;
  for (; std::chrono::steady_clock::now() < until && failed < 3; ++seeds) {
    const auto report = simulate(first + seeds, folder());
    for (const auto& [what, count] : report.counts) counts[what] += count;
    if (report.violations.empty()) continue;
    ++failed;
    ADD_FAILURE() << explain(report);
  }
  std::cout << seeds << " seeds from " << first << " on\n";
  for (const auto& [what, count] : counts) std::cout << "  " << what << ": " << count << "\n";
  EXPECT_GT(seeds, 0u);
}

TEST_F(SimulationTest, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {3u, 11u, 24u}) {
    const auto one = simulate(seed, folder()), two = simulate(seed, folder());
    EXPECT_EQ(one.trail, two.trail);
    EXPECT_EQ(one.trail_hash, two.trail_hash);
    EXPECT_GT(one.trail.size(), 100u);
    EXPECT_NE(one.trail_hash, simulate(seed + 1, folder()).trail_hash);
  }
}

// Each promise broken on purpose is noticed by the checker of that promise, within a few seeds.
struct Broken {
  Mutation mutation;
  Invariant invariant;
};

class MutationTest : public SimulationTest, public ::testing::WithParamInterface<Broken> {};

TEST_P(MutationTest, IsNoticed) {
  constexpr std::uint64_t kSeeds = 30;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto report = simulate(seed, folder(), GetParam().mutation);
    if (std::ranges::count(report.violations, GetParam().invariant, &Violation::invariant) > 0)
      return;
  }
  ADD_FAILURE() << "not noticed in " << kSeeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(
    Mutations, MutationTest,
    ::testing::Values(
        Broken{Mutation::request_is_lost, Invariant::acknowledged_is_kept},
        Broken{Mutation::delivered_is_denied, Invariant::messaged_once},
        Broken{Mutation::sold_out_is_hidden, Invariant::available_at_hand_over},
        Broken{Mutation::change_is_lost, Invariant::waiting_are_served},
        Broken{Mutation::places_are_reversed, Invariant::longest_waiting_first},
        Broken{Mutation::classes_are_forgotten, Invariant::longest_waiting_first},
        Broken{Mutation::unsubscribing_is_ignored, Invariant::unsubscribed_left_alone},
        Broken{Mutation::repeated_feed_is_twisted, Invariant::repeats_change_nothing},
        Broken{Mutation::stale_feed_is_stamped_new, Invariant::stale_feeds_change_nothing},
        Broken{Mutation::rules_are_ignored, Invariant::available_at_hand_over},
        Broken{Mutation::sent_is_not_told, Invariant::everything_is_explained}),
    [](const auto& broken) { return std::string(to_text(broken.param.mutation)); });

}  // namespace
}  // namespace stockbell::simulation
