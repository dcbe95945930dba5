// The catalog feed against cat: how fast a full feed is written from the store, compared with
// `cat feed > copy` on the same disk in the same run; and the memory it takes. Both are measured
// twice: until write() took the last byte (the disk's part is left to the page cache), and until
// all is synced to the disk.
// 1,000,000 products, --quick 100,000. From the environment: STOCKBELL_BENCH_PRODUCTS another
// number (10000000), STOCKBELL_BENCH_FOLDER where the store is made and left for the next time.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "commerce/feed/feed_export.h"
#include "feed/loaded_catalog.h"
#include "frame/report.h"
#include "platform/db/database.h"

namespace {

using namespace stockbell;
namespace fs = std::filesystem;
constexpr int kRuns = 5;
constexpr int kRunsOfMany = 3;  // each writes ten gigabytes

// What a process of its own measured: nothing of one part is in the memory of another.
struct Measured {
  double seconds = 0, megabytes = 0, cpu = 0;
  std::int64_t rows = 0, bytes = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Measured apart(const std::function<Measured()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const auto child = ::fork();
  if (child == 0) {
    Measured found;
    int code = 0;
    try {
      found = work();
    } catch (const std::exception& failed) {
      fmt::print(stderr, "bench/feed: {}\n", failed.what());
      code = 1;
    }
    (void)!::write(ends[1], &found, sizeof found);
    ::_exit(code);
  }
  ::close(ends[1]);
  Measured found;
  (void)!::read(ends[0], &found, sizeof found);
  ::close(ends[0]);
  int status = 0;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  if (status != 0) throw std::runtime_error("a part of the benchmark failed");
  found.megabytes = static_cast<double>(used.ru_maxrss) / 1024;
  found.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  return found;
}

void sync_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY);
  ::fsync(fd);
  ::close(fd);
}

Measured write_feed(const fs::path& folder, bool sync) {
  auto database = db::open_database({.url = "sqlite", .data_dir = folder, .name = "commerce"});
  if (!database) throw std::runtime_error(database.error().message);
  commerce::FeedExport how;
  how.target.site = "default";
  how.public_url = "https://shop.example.com";
  how.built_at = SystemClock().now();
  how.file = folder / "catalogFeed.psv";
  how.yielding = false;
  how.sync = sync;
  const auto position = commerce::find_position(**database, "default");
  Measured found;
  found.seconds = bench::seconds_of([&] {
    const auto written = commerce::export_all(**database, how, *position);
    if (!written) throw std::runtime_error(written.error().message);
    found.rows = written->rows;
    found.bytes = written->bytes;
  });
  return found;
}

double copy_with_cat(const fs::path& folder, bool sync) {
  const auto command = fmt::format("cat '{0}/catalogFeed.psv' > '{0}/copy'", folder.string());
  return bench::seconds_of([&] {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("cat failed");
    if (sync) sync_file(folder / "copy");
  });
}

// Both in turn, each beginning with nothing left to write and with its files in memory as far as
// they fit. The order does no harm to cat: what it reads was written just before.
void compare(const fs::path& folder, bool sync, int runs, bench::Report& report) {
  const std::string end = sync ? "_synced" : "";
  std::vector<double> ours, cats, megabytes, cpu;
  Measured last;
  for (int i = 0; i < runs; ++i) {
    fs::remove(folder / "copy");
    fs::remove(folder / "catalogFeed.psv");
    ::sync();
    last = apart([&] { return write_feed(folder, sync); });
    ours.push_back(last.seconds);
    megabytes.push_back(last.megabytes);
    cpu.push_back(last.cpu);
    ::sync();
    cats.push_back(copy_with_cat(folder, sync));
    report.note(fmt::format("run {}{}: feed {:.2f} s, {:.2f} s of CPU, {:.0f} MB resident; cat {:.2f} s",
                            i + 1, sync ? ", synced" : "", ours.back(), cpu.back(),
                            last.megabytes, cats.back()));
  }
  const auto rows = static_cast<double>(last.rows);
  const auto size = static_cast<double>(last.bytes) / 1e6;
  const auto feed = bench::median(ours), cat = bench::median(cats);
  if (!sync)
    report.note(fmt::format("{} rows, {:.0f} MB, {} bytes a row; SQLite", last.rows, size,
                            last.bytes / std::max<std::int64_t>(1, last.rows)));
  report.add({"feed_full" + end, size / feed, "MB/s", runs, "cat" + end, cat / feed});
  report.add({"cat_copy" + end, size / cat, "MB/s", runs, "", {}});
  report.add({"feed_rows" + end, rows / feed, "rows/s", runs, "", {}});
  report.add({"feed_cpu" + end, bench::median(cpu) / rows * 1e6, "us/row", runs, "", {}});
  report.add({"feed_resident" + end, bench::median(megabytes), "MB", runs, "", {}});
}

int measure(int argc, char** argv) {
  bench::Report report("feed", argc, argv);
  const char* number = std::getenv("STOCKBELL_BENCH_PRODUCTS");
  const std::int64_t products = number ? std::atoll(number) : report.quick() ? 100'000 : 1'000'000;
  const char* kept = std::getenv("STOCKBELL_BENCH_FOLDER");
  const auto folder = kept ? fs::path(kept) / std::to_string(products)
                           : fs::temp_directory_path() / fmt::format("stockbell-feed-{}", ::getpid());
  fs::create_directories(folder);
  apart([&] {
    bench::load_catalog(folder, products);
    return Measured{};
  });
  (void)apart([&] { return write_feed(folder, true); });  // both begin with warm files
  const int runs = products > 2'000'000 ? kRunsOfMany : kRuns;
  compare(folder, false, runs, report);
  compare(folder, true, runs, report);
  fs::remove(folder / "copy");
  fs::remove(folder / "catalogFeed.psv");
  if (!kept) fs::remove_all(folder);
  return report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& failed) {
    fmt::print(stderr, "bench/feed: {}\n", failed.what());
    return 1;
  }
}
