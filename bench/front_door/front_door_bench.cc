// What the front door costs a post, and what it takes to remember a million networks and mailboxes;
// what a challenge costs who checks it. Times are the thread's own (CPU), so that a busy machine does
// not change them.
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "commerce/protection/front_door.h"
#include "commerce/protection/solve.h"
#include "frame/report.h"

using namespace stockbell;
using namespace stockbell::bench;
using namespace stockbell::commerce;

namespace {

std::size_t resident_bytes() {
  std::size_t pages = 0, resident = 0;
  if (auto* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4096;
}

double cpu_seconds_of(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const auto began = now();
  work();
  return now() - began;
}

struct Post {
  std::string address, mailbox;
};

std::vector<Post> make_posts(int count) {
  std::vector<Post> posts;
  for (int i = 0; i < count; ++i)
    posts.push_back({fmt::format("{}.{}.{}.{}", 11 + i % 7, (i >> 16) & 255, (i >> 8) & 255, i & 255),
                     fmt::format("shopper{}@example.com", i)});
  return posts;
}

struct Bench {
  ManualClock clock;
  SeededRandom random{1};
  Sites sites = [] {
    Site site;
    site.requests_per_minute = 0;
    return Sites::one(site);
  }();
  FrontDoor door{{}, sites, clock, random};
  std::vector<std::string> skus{"SKU-1", "SKU-2", "SKU-3", "SKU-4", "SKU-5", "SKU-6"};
  std::string token = door.page_tokens().issue("default", skus, clock.now());

  // Microseconds for each of the posts; all of them must be let in.
  double run(const std::vector<Post>& posts) {
    int in = 0;
    const auto seconds = cpu_seconds_of([&] {
      for (const auto& post : posts) {
        if (door.overrun(post.address) > Duration(0)) continue;
        Knock knock;
        knock.client_address = post.address;
        knock.site = "default";
        knock.sku = "SKU-4";
        knock.mailbox = post.mailbox;
        knock.page_token = token;
        in += door.receive(knock).answer == Reception::Answer::let_in;
      }
    });
    if (in != static_cast<int>(posts.size())) std::fprintf(stderr, "only %d were let in\n", in);
    return seconds * 1e6 / static_cast<double>(posts.size());
  }
};

void work_figures(Report& report, int runs) {
  SeededRandom random(2);
  const auto now = ManualClock().now();
  ProofOfWork work(std::string(32, 'k'), random, now);
  const auto challenge = work.make(7, kLeastEffort, now);
  const auto solution = solve(challenge);
  constexpr int kChecks = 20'000;
  int done = 0;
  report.add({"check a solution", median(runs, [&] {
                return 1e6 / kChecks * cpu_seconds_of([&] {
                         for (int i = 0; i < kChecks; ++i)
                           done += work.check(challenge.value, solution, 7, now) == WorkState::done;
                       });
              }),
              "us", runs, "", {}});
  if (done != runs * kChecks) std::fprintf(stderr, "a solution was not taken\n");
}

}  // namespace

int main(int argc, char** argv) {
  Report report("front_door", argc, argv);
  const int runs = report.quick() ? 3 : 5, count = report.quick() ? 100'000 : 1'000'000;
  const auto posts = make_posts(count);
  std::vector<double> fresh;
  double megabytes = 0;
  for (int run = 0; run < runs; ++run) {
    Bench bench;
    bench.clock.advance(std::chrono::seconds(3));
    const auto before = resident_bytes();
    fresh.push_back(bench.run(posts));
    megabytes = static_cast<double>(resident_bytes() - before) / 1e6;
  }
  report.add({fmt::format("let in, {} networks and mailboxes", count), median(fresh), "us", runs, "", {}});
  report.add({fmt::format("memory of {} networks and mailboxes", count), megabytes, "MB", runs, "", {}});
  work_figures(report, runs);
  return report.finish();
}
