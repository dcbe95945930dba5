// A feed of a catalog of which 1 % came back, with an open request for every row: from the file on
// the disk until every restock, and every match, is durable. Ours beside a bare program,
// PostgreSQL 15 and DuckDB, in the same run on the same data.
// 10,000,000 rows, --quick 200,000. From the environment: STOCKBELL_BENCH_PRODUCTS another number,
// STOCKBELL_BENCH_DIR the disk (default: the temporary folder), STOCKBELL_BENCH_PART some of
// bare, postgresql, duckdb and stockbell.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "frame/apart.h"
#include "frame/report.h"
#include "import/bare_import.h"
#include "import/duckdb_import.h"
#include "import/postgresql_import.h"
#include "import/stockbell_import.h"

namespace {

using namespace stockbell::bench;
namespace fs = std::filesystem;

constexpr std::int64_t kMany = 2'000'000;    // rows; once is enough from here on
constexpr std::int64_t kWhole = 10'000'000;  // what the goals of start-up and memory are for

struct Bench {
  Report& report;
  FeedData data;
  fs::path folder;
  int runs = 1;

  fs::path before() const { return folder / "before.psv"; }
  fs::path after() const { return folder / "catalogFeed.psv"; }
  fs::path requests() const { return folder / "requests.psv"; }
  static bool wanted(std::string_view part) {
    const char* only = std::getenv("STOCKBELL_BENCH_PART");
    return !only || std::string_view(only).find(part) != std::string_view::npos;
  }
  void plain(std::string figure, double value, std::string unit) {
    report.add({std::move(figure), value, std::move(unit), runs, "", {}});
  }
};

// Medians of several runs, each of which found what there is to find.
class Runs {
 public:
  Runs(Bench& bench, std::string name) : bench_(bench), name_(std::move(name)) {}
  void add(const ImportTimes& times) {
    if (times.restocks != bench_.data.back() || times.matches != bench_.data.matches())
      throw std::runtime_error(
          fmt::format("{} found {} restocks and {} matches; there are {} and {}", name_,
                      times.restocks, times.matches, bench_.data.back(), bench_.data.matches()));
    restocks_.push_back(times.restocks_s);
    matches_.push_back(times.matches_s);
    fmt::print(stderr, "{}: restocks {:.3f} s, matches {:.3f} s\n", name_, times.restocks_s,
               times.matches_s);
  }
  bool any() const { return !matches_.empty(); }
  double restocks() const { return median(restocks_); }
  double matches() const { return median(matches_); }
  void report() {
    if (!any()) return;
    bench_.plain(name_ + ", restocks durable", restocks(), "s");
    bench_.plain(name_ + ", matches durable", matches(), "s");
  }

 private:
  Bench& bench_;
  std::string name_;
  std::vector<double> restocks_, matches_;
};

struct Peers {
  Runs bare_one, bare_all, postgresql, duckdb;
};

void measure_bare(Bench& bench, Peers& peers) {
  struct Both {
    ImportTimes one[3], all[3];
  };
  const auto both = apart<Both>([&] {
    const BareImport bare(bench.before(), bench.data);
    Both found;
    for (int run = 0; run < bench.runs; ++run) {
      found.one[run] = bare.run(bench.after(), bench.folder, 1);
      found.all[run] = bare.run(bench.after(), bench.folder, std::thread::hardware_concurrency());
    }
    return found;
  });
  for (int run = 0; run < bench.runs; ++run) {
    peers.bare_one.add(both.one[run]);
    peers.bare_all.add(both.all[run]);
  }
}

void measure_postgresql(Bench& bench, Peers& peers) {
  PostgresqlImport postgresql(bench.folder / "postgresql", bench.before(), bench.requests());
  for (int run = 0; run < bench.runs; ++run) peers.postgresql.add(postgresql.run(bench.after()));
}

void measure_duckdb(Bench& bench, Peers& peers) {
  if (!DuckdbImport::install()) {
    bench.report.note("DuckDB is not here and could not be installed: no figures of it");
    return;
  }
  DuckdbImport duckdb(bench.folder / "duckdb", bench.before(), bench.requests());
  std::vector<double> checkpoints;
  for (int run = 0; run < bench.runs; ++run) {
    const auto times = duckdb.run(bench.after());
    peers.duckdb.add(times);
    checkpoints.push_back(times.checkpoint_s);
  }
  bench.plain("duckdb, and checkpointed", median(checkpoints), "s");
}

void compare(Bench& bench, const Peers& peers, const Runs& ours) {
  const auto against = [&](const char* figure, double value, const char* peer, double theirs) {
    bench.report.add({figure, value, "s", bench.runs, peer, theirs / value});
  };
  constexpr const char* kMatches = "stockbell, matches durable";
  constexpr const char* kRestocks = "stockbell, restocks durable";
  if (peers.postgresql.any())
    against(kMatches, ours.matches(), "postgresql (goal 15)", peers.postgresql.matches());
  if (peers.duckdb.any())
    against(kMatches, ours.matches(), "duckdb (goal 2)", peers.duckdb.matches());
  if (peers.bare_all.any()) {
    against(kRestocks, ours.restocks(), "bare program, all processors (goal 0.5)",
            peers.bare_all.restocks());
    against(kRestocks, ours.restocks(), "bare program, one thread", peers.bare_one.restocks());
  }
}

void measure_stockbell(Bench& bench, const Peers& peers) {
  const StockbellImport stockbell(bench.folder / "stockbell", bench.before(), bench.data);
  Runs ours(bench, "stockbell");
  std::vector<double> queued, start, memory, after, a_request, duplicate, duplicate_kb, unchanged,
      unchanged_kb;
  for (int run = 0; run < bench.runs; ++run) {
    const auto times = stockbell.run(bench.after());
    ours.add(times);
    queued.push_back(times.queued_s);
    start.push_back(times.start.seconds);
    memory.push_back(times.start.resident_mb);
    after.push_back(times.resident_mb);
    a_request.push_back(
        (times.start.resident_mb - stockbell.start_up_without_requests().resident_mb) * 1e6 /
        static_cast<double>(bench.data.rows()));
    duplicate.push_back(times.duplicate_s);
    duplicate_kb.push_back(static_cast<double>(times.duplicate_written) / 1e3);
    unchanged.push_back(times.unchanged_s);
    unchanged_kb.push_back(static_cast<double>(times.unchanged_written) / 1e3);
  }
  ours.report();
  compare(bench, peers, ours);
  bench.plain("stockbell, messages of all matches queued", median(queued), "s");
  bench.plain("same file again", median(duplicate), "s");
  bench.plain("same file again, written", median(duplicate_kb), "kB");
  bench.plain("same rows in another file", median(unchanged), "s");
  bench.plain("same rows in another file, written", median(unchanged_kb), "kB");
  const bool whole = bench.data.rows() >= kWhole;
  const auto within = [&](const char* figure, double value, const char* unit, double most) {
    bench.report.add({figure, value, unit, bench.runs,
                      whole ? fmt::format("{} {} (goal 1)", most, unit) : "",
                      whole ? std::optional(most / value) : std::nullopt});
  };
  within("start-up", median(start), "s", 10);
  within("memory after start-up", median(memory), "MB", 2000);
  bench.plain("memory after the import", median(after), "MB");
  bench.plain("an open request in memory", median(a_request), "bytes");
  bench.plain("an open request on disk", stockbell.bytes_a_request_on_disk(), "bytes");
}

int measure(int argc, char** argv) {
  Report report("import", argc, argv);
  const char* number = std::getenv("STOCKBELL_BENCH_PRODUCTS");
  const char* disk = std::getenv("STOCKBELL_BENCH_DIR");
  const std::int64_t rows = number ? std::atoll(number) : report.quick() ? 200'000 : kWhole;
  const auto folder = (disk ? fs::path(disk) : fs::temp_directory_path()) /
                      fmt::format("stockbell-bench-import-{}", ::getpid());
  fs::create_directories(folder);
  Bench bench{report, FeedData(rows), folder, rows > kMany ? 1 : 3};
  bench.data.write_feed(bench.before(), false);
  const auto bytes = bench.data.write_feed(bench.after(), true);
  bench.data.write_requests(bench.requests());
  ::sync();
  report.note(fmt::format("{} rows, {} bytes a row; {} SKUs came back, {} requests wait for them",
                          rows, bytes / rows, bench.data.back(), bench.data.matches()));
  Peers peers{{bench, "bare program, one thread"},
              {bench, "bare program, all processors"},
              {bench, "postgresql"},
              {bench, "duckdb"}};
  const std::pair<const char*, void (*)(Bench&, Peers&)> parts[] = {
      {"bare", measure_bare}, {"postgresql", measure_postgresql}, {"duckdb", measure_duckdb}};
  for (const auto& [name, part] : parts) {
    if (Bench::wanted(name)) part(bench, peers);
    for (const char* left : {"postgresql", "duckdb"}) fs::remove_all(folder / left);
  }
  for (auto* runs : {&peers.bare_one, &peers.bare_all, &peers.postgresql, &peers.duckdb})
    runs->report();
  if (Bench::wanted("stockbell")) measure_stockbell(bench, peers);
  fs::remove_all(folder);
  return report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& failed) {
    fmt::print(stderr, "bench/import: {}\n", failed.what());
    return 1;
  }
}
