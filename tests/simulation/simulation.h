// A seed becomes a schedule of things that happen to a World; after each the invariants are
// checked. The same seed is the same run, event by event.
#pragma once
#include "simulation/checkers.h"

namespace stockbell::simulation {

struct Report {
  std::uint64_t seed = 0;
  std::vector<std::string> trail;     // what happened, step by step
  std::uint64_t trail_hash = 0;
  std::vector<Violation> violations;  // of the step that the run ended at; empty: none
  std::map<std::string, std::int64_t> counts;  // faults injected and things that happened
};

// Runs `steps` steps, or until an invariant is violated. `folder` is made, and removed afterwards.
Report simulate(std::uint64_t seed, const std::filesystem::path& folder,
                Mutation mutation = Mutation::none, int steps = 150);

// The report for people: seed, step, what was violated, and the last events.
std::string explain(const Report& report, std::size_t last_events = 60);

}  // namespace stockbell::simulation
