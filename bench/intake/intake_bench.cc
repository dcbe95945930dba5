// How fast a shopper's request is taken, beside services and stores of others: docs/operations.md
// has the figures. STOCKBELL_BENCH_PART=sustained|burst|latency|growth runs one part,
// STOCKBELL_BENCH_SIZES=10000,1000000 chooses what growth looks at;
// STOCKBELL_BENCH_DIR names the disk (default: the temporary folder), STOCKBELL_BINARY the program.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <string>
#include <thread>

#include "frame/report.h"
#include "intake/postgresql_peer.h"
#include "intake/stockbell_server.h"

namespace {

using namespace stockbell::bench;
namespace fs = std::filesystem;

constexpr int kSkus = 50'000;
// A queue that is half full within seconds: from then on no faster taken than applied, as on a day
// when the rush does not end.
constexpr int kSteadyQueueMb = 32;
constexpr const char* kTwoBoxes = "commerce,crm";
constexpr const char* kAllBoxes = "commerce,crm,connect,engagement";

struct Bench {
  Report& report;
  fs::path folder, binary, node_source;
  std::uint64_t seed = 1;
  double sustained = 0;

  bool quick() const { return report.quick(); }
  int runs() const { return quick() ? 1 : 5; }
  Shoppers shoppers() { return {seed++, kSkus}; }
  static bool wanted(std::string_view part) {
    const char* only = std::getenv("STOCKBELL_BENCH_PART");
    return !only || std::string_view(only).find(part) != std::string_view::npos;
  }
};

LoadPlan plan_for(int port, const Shoppers& shoppers, int connections) {
  LoadPlan plan;
  plan.port = port;
  plan.connections = connections;
  plan.compose = [shoppers](std::uint64_t index, std::string& out) {
    compose_request(shoppers, StockbellServer::path(), index, out);
  };
  return plan;
}

// A figure that stands alone.
Figure plain(std::string figure, double value, std::string unit, int runs) {
  return {std::move(figure), value, std::move(unit), runs, "", std::nullopt};
}

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Taken {
  double rate = 0, acknowledged = 0, cpu_us = 0;
  LoadResult load;
};

// Everything applied: from the first request until the CRM has recorded the last.
Taken take(StockbellServer& server, const Shoppers& shoppers, int connections,
           std::uint64_t requests, bool counted = true) {
  auto plan = plan_for(server.port(), shoppers, connections);
  plan.requests = requests;
  const auto before = server.applied();
  const auto rows = counted ? server.recorded() : 0;
  const double cpu = server.process().cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  Taken taken;
  taken.load = run_load(plan);
  if (taken.load.accepted != requests)
    give_up(fmt::format("{} of {} requests were accepted", taken.load.accepted, requests));
  server.wait_applied(before + requests);
  taken.rate = static_cast<double>(requests) / since(begin);
  taken.acknowledged = static_cast<double>(requests) / taken.load.seconds;
  taken.cpu_us = (server.process().cpu_seconds() - cpu) * 1e6 / static_cast<double>(requests);
  if (counted && server.recorded() != rows + requests)
    give_up(fmt::format("{} of {} requests are in the CRM", server.recorded() - rows, requests));
  return taken;
}

void sustained(Bench& bench) {
  const std::uint64_t requests = bench.quick() ? 50'000 : 300'000;
  const double seconds = bench.quick() ? 2 : 6;
  std::vector<double> two, two_128, all, node_32, node_128, statement, cpu;
  for (int run = 0; run < bench.runs(); ++run) {
    PostgresqlPeer store(bench.folder / "postgresql");
    store.clear(kSkus);
    statement.push_back(store.contact_and_request(32, seconds, bench.shoppers()));
    store.clear(kSkus);
    {
      NodePeer node(bench.node_source, bench.folder, store);
      for (int connections : {32, 128}) {
        auto plan = plan_for(node.port(), bench.shoppers(), connections);
        plan.seconds = seconds;
        const auto load = run_load(plan);
        (connections == 32 ? node_32 : node_128)
            .push_back(static_cast<double>(load.accepted) / load.seconds);
      }
    }
    for (const char* roles : {kTwoBoxes, kAllBoxes}) {
      fs::remove_all(bench.folder / "sustained");
      StockbellServer server(bench.binary, bench.folder / "sustained", roles, kSkus, kSteadyQueueMb);
      const auto taken = take(server, bench.shoppers(), 32, requests);
      if (roles == kAllBoxes) {
        all.push_back(taken.rate);
        continue;
      }
      two.push_back(taken.rate);
      cpu.push_back(taken.cpu_us);
      two_128.push_back(take(server, bench.shoppers(), 128, requests).rate);
    }
    fmt::print(stderr, "run {}: commerce and crm {:.0f} ({:.0f} us CPU), at 128 {:.0f}, all boxes {:.0f}; node {:.0f} and {:.0f}; statement {:.0f}\n",
               run, two.back(), cpu.back(), two_128.back(), all.back(), node_32.back(), node_128.back(), statement.back());
  }
  const int runs = bench.runs();
  const double ours = median(two);
  bench.sustained = ours;
  const double node = std::max(median(node_32), median(node_128));
  bench.report.add(plain("sustained, node and postgresql, 32 connections", median(node_32), "req/s", runs));
  bench.report.add(plain("sustained, node and postgresql, 128 connections", median(node_128), "req/s", runs));
  bench.report.add(plain("contact and request, postgresql, 32 clients", median(statement), "rows/s", runs));
  bench.report.add({"sustained, all applied, 32 connections", ours, "req/s", runs,
                    "node and postgresql (goal 2.5)", ours / node});
  bench.report.add({"sustained, all applied, 32 connections", ours, "req/s", runs,
                    "postgresql statement (goal 1)", ours / median(statement)});
  bench.report.add({"sustained, all applied, 128 connections", median(two_128), "req/s", runs,
                    "node and postgresql", median(two_128) / node});
  bench.report.add({"sustained, all boxes here, 32 connections", median(all), "req/s", runs,
                    "node and postgresql", median(all) / node});
  bench.report.add(plain("server CPU a request", median(cpu), "us", runs));
}

void burst(Bench& bench) {
  const std::uint64_t requests = bench.quick() ? 100'000 : 1'000'000;
  const double seconds = bench.quick() ? 2 : 6;
  const int runs = bench.quick() ? 1 : 5;
  std::vector<double> acknowledged, applied, rows_32, rows_128, resident, queue;
  for (int run = 0; run < runs; ++run) {
    {
      PostgresqlPeer store(bench.folder / "postgresql");
      store.clear(kSkus);
      rows_32.push_back(store.single_rows(32, seconds, bench.shoppers()));
      store.clear(kSkus);
      rows_128.push_back(store.single_rows(128, seconds, bench.shoppers()));
    }
    fs::remove_all(bench.folder / "burst");
    StockbellServer server(bench.binary, bench.folder / "burst", kTwoBoxes, kSkus);
    std::uint64_t most = 0;
    std::jthread watch([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        most = std::max(most, server.journal_bytes());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    });
    const auto taken = take(server, bench.shoppers(), 128, requests);
    watch.request_stop();
    watch.join();
    acknowledged.push_back(taken.acknowledged);
    applied.push_back(taken.rate);
    resident.push_back(static_cast<double>(server.process().resident_mb()));
    queue.push_back(static_cast<double>(most) / 1e6);
    fmt::print(stderr, "run {}: acknowledged {:.0f}/s (p99 {:.1f} ms, worst {:.0f}), applied {:.0f}/s, {:.0f} MB resident, journal {:.0f} MB; rows {:.0f} and {:.0f}\n",
               run, acknowledged.back(), taken.load.p99_ms, taken.load.worst_ms, applied.back(), resident.back(), queue.back(), rows_32.back(), rows_128.back());
  }
  bench.report.add(plain("durable single rows, postgresql, 32 clients", median(rows_32), "rows/s", runs));
  bench.report.add(plain("durable single rows, postgresql, 128 clients", median(rows_128), "rows/s", runs));
  bench.report.add({"burst, acknowledged durably", median(acknowledged), "req/s", runs,
                    "postgresql rows at 32 (goal 2)", median(acknowledged) / median(rows_32)});
  bench.report.add({"burst, acknowledged durably", median(acknowledged), "req/s", runs,
                    "postgresql rows at 128 (goal 2)", median(acknowledged) / median(rows_128)});
  bench.report.add(plain("burst, until all is applied", median(applied), "req/s", runs));
  bench.report.add(plain("burst, most memory", median(resident), "MB", runs));
  bench.report.add(plain("burst, longest queue", median(queue), "MB", runs));
}

void latency(Bench& bench) {
  const double rate = bench.sustained > 0 ? bench.sustained / 2 : 6'000;
  std::vector<double> half, all;
  for (int run = 0; run < bench.runs(); ++run) {
    fs::remove_all(bench.folder / "latency");
    StockbellServer server(bench.binary, bench.folder / "latency", kTwoBoxes, kSkus);
    auto plan = plan_for(server.port(), bench.shoppers(), 128);
    plan.rate = rate;
    plan.seconds = bench.quick() ? 5 : 20;
    const auto load = run_load(plan);
    half.push_back(load.p50_ms);
    all.push_back(load.p99_ms);
    fmt::print(stderr, "run {}: {:.0f} req/s, p50 {:.2f} ms, p99 {:.2f} ms, worst {:.0f} ms\n", run, rate,
               load.p50_ms, load.p99_ms, load.worst_ms);
  }
  bench.report.add(plain(fmt::format("p50 at {:.0f} req/s", rate), median(half), "ms", bench.runs()));
  bench.report.add({fmt::format("p99 at {:.0f} req/s (goal 25)", rate), median(all), "ms", bench.runs(),
                    "25 ms", 25 / median(all)});
}

void growth(Bench& bench) {
  std::vector<std::uint64_t> sizes{10'000, 1'000'000};
  if (!bench.quick()) sizes.push_back(10'000'000);
  if (bench.quick()) sizes = {10'000, 100'000};
  if (const char* chosen = std::getenv("STOCKBELL_BENCH_SIZES")) {
    sizes.clear();
    for (const auto word : std::views::split(std::string_view(chosen), ','))
      sizes.push_back(std::stoull(std::string(word.begin(), word.end())));
  }
  const std::uint64_t requests = bench.quick() ? 20'000 : 200'000;
  double first = 0;
  for (const auto size : sizes) {
    const auto folder = bench.folder / fmt::format("growth-{}", size);
    preload(bench.binary, folder, kSkus, size);
    std::vector<double> took, cpu;
    StockbellServer server(bench.binary, folder, kTwoBoxes, kSkus);
    take(server, {1'000'003 + bench.seed++, kSkus}, 32, requests / 4, false);  // caches warm
    for (int run = 0; run < bench.runs(); ++run) {
      const auto taken = take(server, {1'000'003 + bench.seed++, kSkus}, 32, requests, false);
      took.push_back(1e6 / taken.rate);
      cpu.push_back(taken.cpu_us);
      fmt::print(stderr, "{} stored: {:.0f} req/s, {:.0f} us CPU\n", size, taken.rate, taken.cpu_us);
    }
    if (first == 0) first = median(cpu);
    bench.report.add(plain(fmt::format("time a request with {} stored", size), median(took), "us", bench.runs()));
    bench.report.add({fmt::format("server CPU a request with {} stored", size), median(cpu), "us",
                      bench.runs(), "10,000 stored", first / median(cpu)});
  }
}

}  // namespace

int main(int argc, char** argv) {
  Report report("intake", argc, argv);
  const char* folder = std::getenv("STOCKBELL_BENCH_DIR");
  const char* binary = std::getenv("STOCKBELL_BINARY");
  Bench bench{report,
              folder ? fs::path(folder) : fs::temp_directory_path() / "stockbell-bench-intake",
              binary ? fs::path(binary)
                     : fs::canonical("/proc/self/exe").parent_path() / "stockbell",
              fs::path(STOCKBELL_BENCH_SOURCE) / "node"};
  fs::create_directories(bench.folder);
  bench.seed = static_cast<std::uint64_t>(
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1) % 1'000'000);
  if (Bench::wanted("sustained")) sustained(bench);
  if (Bench::wanted("burst")) burst(bench);
  if (Bench::wanted("latency")) latency(bench);
  if (Bench::wanted("growth")) growth(bench);
  return report.finish();
}
