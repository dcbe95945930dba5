// What it costs the CRM to take requests in batches on the embedded store, every commit synced:
// contact, record, receipt, timeline and change log of each; among ten thousand and a million
// stored ones (STOCKBELL_BENCH_SIZES=10000,10000000 for others). Beside it bare SQLite: one row
// with three indexes, in groups of a hundred. The stores lie in build/bench and stay there.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>

#include "apply/filled_store.h"
#include "apply/raw_sqlite.h"
#include "apply/shoppers.h"
#include "crm/crm_box.h"
#include "frame/report.h"

using namespace stockbell;
using namespace stockbell::bench;

namespace {

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Cost {
  double cpu_us = 0, wall_us = 0, slowest_ms = 0;  // each; of a batch
};

class Intake {
 public:
  Intake(std::unique_ptr<db::Database> store, std::uint64_t stored)
      : store_(std::move(store)), stored_(stored), box_(*store_, clock_, random_) {
    if (const auto made = store_->migrate(crm::CrmBox::migrations()); !made)
      give_up(made.error().message);
  }

  Cost measure(std::size_t batch, std::size_t count, bool known) {
    std::vector<NotificationRequest> requests;
    for (std::size_t i = 0; i < count; ++i) {
      const auto dice = random_.next();
      requests.push_back(known ? request_of(dice % stored_, dice, clock_.now())
                               : request_of(dice | (1ULL << 63), 0, clock_.now()));
      requests.back().request_key = std::to_string(keys_.next());
    }
    Cost cost;
    const auto cpu = cpu_seconds();
    const auto wall = seconds_of([&] {
      for (std::size_t at = 0; at < count; at += batch)
        cost.slowest_ms = std::max(
            cost.slowest_ms, 1e3 * seconds_of([&] {
                               submit(std::span(requests).subspan(at, std::min(batch, count - at)));
                             }));
    });
    cost.cpu_us = 1e6 * (cpu_seconds() - cpu) / static_cast<double>(count);
    cost.wall_us = 1e6 * wall / static_cast<double>(count);
    return cost;
  }

 private:
  void submit(std::span<const NotificationRequest> requests) {
    const auto receipts = box_.submit_all(requests);
    for (const auto& receipt : receipts)
      if (!receipt) give_up(receipt.error().message);
  }

  SystemClock clock_;
  SystemRandom random_;
  IdGenerator keys_{clock_, random_};
  std::unique_ptr<db::Database> store_;
  std::uint64_t stored_;
  crm::CrmBox box_;
};

// One table, three indexes (address, product, time), in groups of a hundred.
Cost bare_sqlite(const std::filesystem::path& folder, std::uint64_t stored, std::size_t count) {
  const auto file = folder / "bare.db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  RawSqlite raw(file);
  raw.run(
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; "
      "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8192;"
      "CREATE TABLE request (id INTEGER PRIMARY KEY, email TEXT, sku TEXT, site TEXT, "
      "locale TEXT, status TEXT, requested_at BIGINT, page TEXT)");
  auto insert = raw.prepare(
      "INSERT INTO request (email, sku, site, locale, status, requested_at, "
      "page) VALUES (?,?,'default','en-GB','Requested',?,?)");
  const auto put = [&](std::uint64_t number) {
    const auto asked = request_of(number, 0, from_ms(1'700'000'000'000));
    insert.run({asked.email_normalized, asked.sku,
                1'700'000'000'000 + static_cast<std::int64_t>(number), asked.consent.page_url});
  };
  raw.run("BEGIN");
  for (std::uint64_t i = 0; i < stored; ++i) put(i);
  raw.run(
      "CREATE UNIQUE INDEX by_email ON request (email); CREATE INDEX by_sku ON request (sku); "
      "CREATE INDEX by_time ON request (requested_at); COMMIT; PRAGMA synchronous=FULL");
  std::vector<NotificationRequest> requests;
  for (std::uint64_t i = 0; i < count; ++i) requests.push_back(request_of(stored + i, 0, {}));
  std::int64_t at = 1'800'000'000'000;
  const auto cpu = cpu_seconds();
  const auto wall = seconds_of([&] {
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 100 == 0) raw.run("BEGIN IMMEDIATE");
      insert.run(
          {requests[i].email_normalized, requests[i].sku, ++at, requests[i].consent.page_url});
      if (i % 100 == 99) raw.run("COMMIT");
    }
  });
  const auto each = 1e6 / static_cast<double>(count);
  return {each * (cpu_seconds() - cpu), each * wall, 0};
}

std::string size_text(std::uint64_t size) {
  return size >= 1'000'000 ? fmt::format("{} M", size / 1'000'000)
                           : fmt::format("{} k", size / 1000);
}

std::vector<std::uint64_t> sizes(bool quick) {
  std::vector<std::uint64_t> all;
  if (const char* given = std::getenv("STOCKBELL_BENCH_SIZES"))
    for (const char* at = given; *at;) {
      char* end = nullptr;
      all.push_back(std::strtoull(at, &end, 10));
      at = *end ? end + 1 : end;
    }
  if (!all.empty()) return all;
  return quick ? std::vector<std::uint64_t>{10'000} : std::vector<std::uint64_t>{10'000, 1'000'000};
}

void measure(Report& report, std::uint64_t size) {
  const char* place = std::getenv("STOCKBELL_BENCH_DATA");
  const auto folder =
      std::filesystem::path(place ? place : "build/bench") / fmt::format("requests_{}", size);
  std::filesystem::create_directories(folder);
  const std::size_t most = report.quick() ? 5'000 : 50'000;
  const auto bare = bare_sqlite(folder, size, most / 100 * 100);
  report.add({"bare SQLite, three indexes, by 100, among " + size_text(size),
              bare.wall_us,
              "us",
              static_cast<int>(most),
              "",
              {}});
  report.add({"bare SQLite among " + size_text(size) + ", CPU",
              bare.cpu_us,
              "us",
              static_cast<int>(most),
              "",
              {}});
  Intake intake(open_filled_store(folder, size), size);
  intake.measure(100, most / 10, false);  // warm
  for (const bool known : {false, true})
    for (const std::size_t batch : {1, 10, 100, 1000}) {
      const auto count = std::min(most, batch * 1000) / batch * batch;
      const auto cost = intake.measure(batch, count, known);
      const auto name = fmt::format("{} mailboxes by {} among {}", known ? "known" : "new", batch,
                                    size_text(size));
      report.add({name, cost.wall_us, "us", static_cast<int>(count), "bare SQLite by 100",
                  bare.wall_us / cost.wall_us});
      report.add({name + ", CPU", cost.cpu_us, "us", static_cast<int>(count),
                  "bare SQLite by 100, CPU", bare.cpu_us / cost.cpu_us});
      report.note(fmt::format("{}: {:.0f} requests/s; slowest batch {:.1f} ms", name,
                              1e6 / cost.wall_us, cost.slowest_ms));
    }
}

}  // namespace

int main(int argc, char** argv) {
  Report report("apply", argc, argv);
  for (const auto size : sizes(report.quick())) measure(report, size);
  return report.finish();
}
