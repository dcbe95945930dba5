// tools/bench journey: entrants a second through the shipped journey, and whether memory stays
// flat.
#include <fmt/format.h>

#include <cstdlib>

#include "frame/report.h"
#include "journey/journey_run.h"

int main(int argc, char** argv) {
  using namespace stockbell::bench;
  Report report("journey", argc, argv);
  const char* place = std::getenv("STOCKBELL_BENCH_DATA");
  const auto folder = std::filesystem::path(place ? place : "build/bench") / "journey";
  const char* given = std::getenv("STOCKBELL_BENCH_ENTRANTS");
  const std::int64_t entrants = given ? std::atoll(given) : report.quick() ? 100'000 : 1'000'000;
  const auto run = run_journey(folder, entrants, 1000);
  if (run.sent != entrants || run.updates != 2 * entrants || run.counted != entrants) {
    fmt::print(stderr, "{} entrants, but {} sent, {} updates, {} counted\n", entrants, run.sent,
               run.updates, run.counted);
    return 1;
  }
  const auto rate = [&](double seconds) { return static_cast<double>(entrants) / seconds; };
  const auto name = fmt::format("{} entrants", entrants);
  report.add({name + ", recheck to update object", rate(run.all_seconds), "entrants/s", 1,
              "goal 30,000/s", rate(run.all_seconds) / 30'000});
  report.add({name + ", until the last message is queued",
              rate(run.enter_seconds),
              "entrants/s",
              1,
              "",
              {}});
  report.add({"resident memory after a tenth", run.resident_early_mb, "MB", 1, "", {}});
  report.add({"resident memory at the end", run.resident_late_mb, "MB", 1, "after a tenth",
              run.resident_early_mb / run.resident_late_mb});
  report.note(fmt::format("the store was filled in {:.1f} s", run.fill_seconds));
  std::filesystem::remove_all(folder);
  return report.finish();
}
