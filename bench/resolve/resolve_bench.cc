// What it takes to say which contact an incoming one is, among a million and among ten million on
// the embedded store, by the default rule and by the standard (fuzzy) rule; beside them SQLite
// itself asked for an address. Four of five are known. The stores lie in build/bench and stay
// there: a few GB that may be deleted.
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>

#include "crm/contacts/contact_service.h"
#include "frame/report.h"
#include "resolve/loaded_store.h"

using namespace stockbell;
using namespace stockbell::bench;
namespace contacts = stockbell::crm::contacts;

namespace {

struct Times {
  double median_us = 0, p99_us = 0, found = 0;  // found: share of those asked for
};

Times times_of(std::vector<double> seconds, std::size_t found) {
  std::ranges::sort(seconds);
  const auto at = [&](double share) {
    return 1e6 * seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))];
  };
  return {at(0.5), at(0.99), static_cast<double>(found) / static_cast<double>(seconds.size())};
}

// Asks `count` times; `ask` gives whether somebody was found.
Times ask_all(const Population& population, std::uint64_t size, std::size_t count,
              std::uint64_t seed, bool as_stored,
              const std::function<bool(const contacts::Contact&)>& ask) {
  SeededRandom random(seed);
  std::vector<double> seconds;
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = random.next() % size;
    auto incoming = i % 5 == 4  ? population.stranger(number)
                    : as_stored ? population.contact(number)
                                : population.returning(number);
    incoming.id = {};
    seconds.push_back(seconds_of([&] { found += ask(incoming); }));
  }
  return times_of(std::move(seconds), found);
}

class AskSqlite {  // the peer: nothing but the look-up
 public:
  explicit AskSqlite(const std::filesystem::path& file) {
    if (sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(db_, "SELECT id FROM contact WHERE email_normalized = ?", -1, &find_,
                           nullptr) != SQLITE_OK)
      std::exit(1);
  }
  ~AskSqlite() {
    sqlite3_finalize(find_);
    sqlite3_close(db_);
  }
  AskSqlite(const AskSqlite&) = delete;
  AskSqlite& operator=(const AskSqlite&) = delete;
  bool operator()(const contacts::Contact& incoming) {
    sqlite3_bind_text(find_, 1, incoming.email_normalized.c_str(), -1, SQLITE_TRANSIENT);
    const bool found = sqlite3_step(find_) == SQLITE_ROW;
    sqlite3_reset(find_);
    return found;
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* find_ = nullptr;
};

std::string size_text(std::uint64_t size) {
  return size >= 1'000'000 ? fmt::format("{} M", size / 1'000'000)
                           : fmt::format("{} k", size / 1000);
}

void measure(Report& report, std::uint64_t size, const contacts::ContactRules& rules,
             const Population& population) {
  const char* place = std::getenv("STOCKBELL_BENCH_DATA");
  const auto folder =
      std::filesystem::path(place ? place : "build/bench") / fmt::format("contacts_{}", size);
  const auto store = open_loaded_store(folder, size, population, rules);
  SystemClock clock;
  SystemRandom random;
  contacts::ContactService service(*store, clock, random, {{}, rules});
  const std::size_t count = report.quick() ? 2000 : 20'000;
  const int runs = static_cast<int>(count);

  AskSqlite peer(folder / "crm.db");
  ask_all(population, size, count / 4, 1, true, std::ref(peer));  // warm
  const auto floor = ask_all(population, size, count, 2, true, std::ref(peer));
  for (const std::string rule : {"email_first", "standard_contact"}) {
    const bool exact = rule == "email_first";
    const auto match = [&](const contacts::Contact& incoming) {
      const auto matched =
          store->read([&](db::Session& session) { return service.match(session, incoming, rule); });
      if (!matched) std::exit(1);
      return matched->winner() != nullptr;
    };
    ask_all(population, size, count / 4, 1, exact, match);
    const auto times = ask_all(population, size, count, 2, exact, match);
    const auto name = fmt::format("{} among {}", rule, size_text(size));
    report.add({name + ", median", times.median_us, "us", runs,
                "bare SQLite look-up of the address", floor.median_us / times.median_us});
    report.add({name + ", 99 %", times.p99_us, "us", runs, "bare SQLite look-up of the address",
                floor.p99_us / times.p99_us});
    report.note(fmt::format("{}: {:.1f} % of those asked for were found; 80 % are known", name,
                            100 * times.found));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Report report("resolve", argc, argv);
  auto rules = contacts::parse_rules(
      R"({"duplicate_rules": [{"name": "people", "matching_rule": "standard_contact"}]})");
  if (!rules) return 1;
  const Population population;
  for (const std::uint64_t size : report.quick()
                                      ? std::vector<std::uint64_t>{100'000}
                                      : std::vector<std::uint64_t>{1'000'000, 10'000'000})
    measure(report, size, *rules, population);
  return report.finish();
}
