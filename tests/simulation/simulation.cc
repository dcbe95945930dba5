#include "simulation/simulation.h"

namespace stockbell::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string said(const Result<>& done) { return done ? "ok" : done.error().reason; }

class Simulation {
 public:
  Simulation(Report& report, const std::filesystem::path& folder, Mutation mutation)
      : report_(report),
        dice_(report.seed * 0x9E3779B97F4A7C15u + 1),
        crowd_(dice_() % 8 == 0 ? 120 : 2 + static_cast<int>(dice_() % 10)),
        skus_(1 + static_cast<int>(dice_() % 4)),
        world_(folder, report.seed, skus_, mutation) {
    for (int i = 0; i < skus_; ++i) {
      const auto sku = fmt::format("S{}", i);
      world_.set_stock(sku, 0);
      stock_[sku] = 0;
    }
  }

  void run(int steps) {
    for (int step = 1; step <= steps && report_.violations.empty(); ++step) {
      world_.witness.begin_step(step);
      step == steps ? settle() : any_event();
      if (world_.dead()) come_back();
      check_step();
    }
    report_.trail_hash = hash_of_trail();
    report_.counts.insert(world_.trouble.injected.begin(), world_.trouble.injected.end());
  }

 private:
  std::uint64_t pick(std::uint64_t below) { return dice_() % below; }
  std::string any_sku() { return fmt::format("S{}", pick(static_cast<std::uint64_t>(skus_))); }

  void note(const std::string& what) {
    report_.trail.push_back(
        fmt::format("{:4} {} {}", world_.witness.step(), to_rfc3339(world_.clock.now()), what));
  }
  void violated(const std::optional<Violation>& violation) {
    if (violation) report_.violations.push_back(*violation);
  }

  void any_event() {
    struct Event {
      int weight;
      void (Simulation::*happens)();
    };
    static constexpr Event kEvents[] = {
        {30, &Simulation::ask},          {16, &Simulation::change_stock},
        {3, &Simulation::flap},          {5, &Simulation::feed},
        {3, &Simulation::late_feed},     {20, &Simulation::carry_commerce},
        {18, &Simulation::carry_sync},   {20, &Simulation::carry_engagement},
        {12, &Simulation::carry_back},   {5, &Simulation::change_mood},
        {5, &Simulation::trouble_arrow}, {6, &Simulation::plan_death},
        {2, &Simulation::kill},          {4, &Simulation::plan_interruption},
        {3, &Simulation::unsubscribe},   {5, &Simulation::read_message},
        {6, &Simulation::pass_time},     {0, &Simulation::turn_clock_back},
        {2, &Simulation::settle},        {3, &Simulation::sweep},
    };
    int total = 0;
    for (const auto& event : kEvents) total += event.weight;
    auto left = static_cast<int>(pick(static_cast<std::uint64_t>(total)));
    for (const auto& event : kEvents)
      if ((left -= event.weight) < 0) return (this->*event.happens)();
  }

  // -- shoppers, the shop, time --
  void ask() {
    const int together = crowd_ > 50 ? 8 : 1;
    for (int i = 0; i < together; ++i) {
      const auto mailbox =
          fmt::format("shopper{}@example.com", pick(static_cast<std::uint64_t>(crowd_)));
      const auto sku = any_sku();
      note(fmt::format("{} asks for {}: {}", mailbox, sku, world_.ask(mailbox, sku)));
      ++report_.counts["askings"];
      world_.clock.advance(Duration(static_cast<std::int64_t>(pick(2000))));
    }
  }
  void set_stock(const std::string& sku, std::int64_t units) {
    const auto status = world_.set_stock(sku, units);
    if (status == 200) stock_[sku] = units;
    if (status == 503) stock_.erase(sku);  // who knows
    note(fmt::format("{} units of {}: {}", units, sku, status));
    ++report_.counts["stock changes"];
  }
  void change_stock() {
    set_stock(any_sku(), pick(2) ? 0 : 1 + static_cast<std::int64_t>(pick(20)));
  }
  void flap() {
    const auto sku = any_sku();
    ++report_.counts["flaps"];
    for (int i = 0; i < 20 && !world_.dead(); ++i) {
      set_stock(sku, i % 2);
      world_.clock.advance(Duration(500));
      if (pick(3) == 0) carry_commerce();
      if (pick(3) == 0) carry_engagement();
    }
  }
  void feed() {
    note("feed: " + said(world_.run_feed()));
    ++report_.counts["feeds"];
  }
  void late_feed() {
    const auto& feeds = world_.drop.history();
    if (feeds.empty()) return;
    const auto& content = feeds[pick(feeds.size())];
    world_.drop.put(content, "late.psv", content);
    world_.trouble.count("old feed arrives late");
    note("an old feed comes again");
  }
  void unsubscribe() { with_message("unsubscribes", &World::unsubscribe); }
  void read_message() {
    pick(2) ? with_message("opens", &World::open) : with_message("clicks", &World::click);
  }
  void with_message(const char* what, int (World::*act)(const OutgoingMessage&)) {
    const auto& messages = world_.witness.messages();
    if (messages.empty()) return;
    auto message = messages.begin();
    std::advance(message, pick(messages.size()));
    const auto copy = message->second;
    note(fmt::format("{} {}: {}", copy.to_address, what, (world_.*act)(copy)));
    ++report_.counts[what];
  }
  void pass_time() {
    const Duration spans[] = {seconds(1),  seconds(30), minutes(2),
                              minutes(20), hours(2),    hours(26)};
    world_.clock.advance(spans[pick(std::size(spans))]);
    world_.trouble.count("clock jumps forward");
    note("time passes");
  }
  void turn_clock_back() {
    const Duration spans[] = {seconds(1), minutes(1), hours(1)};
    world_.clock.advance(-spans[pick(std::size(spans))]);
    world_.trouble.count("clock jumps back");
    note("the clock is turned back");
  }

  // -- the workers --
  void carry_commerce() { note("commerce: " + said(world_.run_commerce())); }
  void carry_sync() { note("sync: " + said(world_.run_sync())); }
  void carry_engagement() {
    const auto before = world_.witness.handed_over_count();
    const auto done = said(world_.run_engagement());
    const auto messages = world_.witness.handed_over_count() - before;
    report_.counts["messages"] += messages;
    world_.clock.advance(Duration(1));  // who asks now asks after what has left
    note(fmt::format("engagement: {}, {} messages", done, messages));
  }
  // There should be nothing to mend: what it finds is counted, and the invariants are checked.
  void sweep() {
    const auto mended = world_.sweep();
    ++report_.counts["sweeps"];
    if (mended) report_.counts["mended by sweeps"] += static_cast<std::int64_t>(*mended);
    note(fmt::format("sweep: {}", mended ? std::to_string(*mended) : mended.error().reason));
  }
  void carry_back() { note("writeback: " + said(world_.run_writeback())); }

  // -- what goes wrong --
  void change_mood() {
    const auto mood = static_cast<MailServer::Mood>(pick(MailServer::kMoods));
    world_.mail.set_mood(mood, pick(1'000'000));
    note(fmt::format("the mail server's mood is {}", static_cast<int>(mood)));
  }
  void trouble_arrow() {
    const auto arrow = static_cast<Arrow>(pick(7));
    const auto meets = pick(2) ? Trouble::Meets::away : Trouble::Meets::reply_lost;
    const auto calls = 1 + static_cast<int>(pick(4));
    world_.trouble.plan(arrow, meets, calls);
    note(fmt::format("arrow {} will fail {} times", static_cast<int>(arrow), calls));
  }
  void plan_death() {
    const auto write = 1 + static_cast<int>(pick(12));
    const bool after = pick(2) == 0;
    if (pick(4) == 0) {
      world_.mail.die_after(1 + static_cast<int>(pick(3)));
      note("death is planned behind a 250");
    } else {
      world_.trouble.process.die_at(write, after);
      note(fmt::format("death is planned {} write {}", after ? "after" : "before", write));
    }
  }
  void kill() {
    world_.trouble.process.die();
    note("killed");
  }
  void plan_interruption() {
    const auto sku = any_sku();
    const auto message = 1 + static_cast<int>(pick(4));
    const bool back_at_once = pick(3) == 0;
    world_.mail.interrupt_at(message, [this, sku, back_at_once] {
      world_.trouble.count("sold out while messages leave");
      set_stock(sku, 0);
      carry_commerce();
      if (!back_at_once) return;
      set_stock(sku, 2);
      carry_commerce();
    });
    note(fmt::format("{} will sell out before message {}", sku, message));
  }
  void come_back() {
    world_.clock.advance(seconds(1));  // no process starts again within the millisecond
    world_.crash(pick(4) == 0 ? 1 + static_cast<int>(pick(6)) : 0);
    world_.trouble.count("crash");
    note("crashed and came back");
  }

  // -- calm --
  void work_off(int rounds) {
    for (int round = 0; round < rounds; ++round)
      for (const auto& [name, done] :
           {std::pair("commerce", world_.run_commerce()), std::pair("sync", world_.run_sync()),
            std::pair("engagement", world_.run_engagement()),
            std::pair("writeback", world_.run_writeback())})
        if (!done)
          violated(Violation{
              Invariant::waiting_are_served,
              fmt::format("{} fails with nothing in its way: {}", name, done.error().reason)});
  }
  void settle() {
    world_.trouble.heal();
    world_.trouble.process.live();
    world_.mail.set_mood(MailServer::Mood::good, 0);
    world_.mail.forget_plans();
    for (int i = 0; i < skus_; ++i)
      if (const auto sku = fmt::format("S{}", i); !stock_.contains(sku)) set_stock(sku, 0);
    const auto before = world_.witness.handed_over_count();
    for (int i = 0; i < 6; ++i) {
      work_off(2);
      world_.clock.advance(minutes(95));
    }
    report_.counts["messages"] += world_.witness.handed_over_count() - before;
    ++report_.counts["settlings"];
    note(fmt::format("settled, {} messages", world_.witness.handed_over_count() - before));
    const auto rows = world_.list_requests();
    if (!rows) return;
    violated(check_acknowledged_is_kept(world_.witness, *rows));
    violated(check_stock_is_known(world_.witness, stock_));
    violated(check_waiting_are_served(*rows, stock_, world_.restock_rules));
    violated(check_is_explained(world_, *rows));
    if (report_.violations.empty() && world_.witness.violations.empty()) repeat(*rows);
  }
  // Whatever comes twice or late now changes nothing.
  void repeat(const RequestRows& rows) {
    const auto before = digest_of(world_.witness, rows, stock_);
    const auto& feeds = world_.drop.history();
    const auto mutation = world_.trouble.mutation;
    const auto unchanged = [&](Invariant invariant, const std::string& what) {
      work_off(1);
      note(what);
      const auto now = world_.list_requests();
      if (!now || digest_of(world_.witness, *now, stock_) != before)
        violated(Violation{invariant, what + " changed something"});
    };
    if (!feeds.empty()) {
      const auto last = feeds.back();
      const bool twisted = mutation == Mutation::repeated_feed_is_twisted;
      world_.drop.put(twisted ? twisted_feed(last, true, world_.clock.now()) : last, "again.psv",
                      last);
      unchanged(Invariant::repeats_change_nothing, "the last feed, again");
      const auto old = feeds[pick(feeds.size())];
      const bool stamped = mutation == Mutation::stale_feed_is_stamped_new;
      world_.drop.put(stamped ? twisted_feed(old, false, world_.clock.now()) : old, "stale.psv",
                      old);
      unchanged(Invariant::stale_feeds_change_nothing, "an old feed, late");
      const auto cut = truncated_feed(last, pick(static_cast<std::uint64_t>(skus_)));
      world_.drop.put(cut, "cut.psv", cut);
      unchanged(Invariant::stale_feeds_change_nothing, "a truncated feed");
      ++report_.counts["feeds repeated, old, truncated"];
    }
    for (const auto& [sku, units] : stock_) world_.set_stock(sku, units);
    for (const auto& row : rows)
      if (is_open(row.state.status)) world_.ask(row.email, row.sku);
    unchanged(Invariant::repeats_change_nothing, "the same stock and the same forms, again");
  }

  void check_step() {
    auto& seen = world_.witness.violations;
    report_.violations.insert(report_.violations.end(), seen.begin(), seen.end());
    if (const auto rows = world_.list_requests()) violated(records_stay_.check(*rows));
  }
  std::uint64_t hash_of_trail() const {  // FNV-1a
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const auto& line : report_.trail)
      for (const char c : line + "\n")
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
  }

  Report& report_;
  std::mt19937_64 dice_;
  const int crowd_, skus_;
  World world_;
  Stock stock_;
  RecordsStay records_stay_;
};

}  // namespace

Report simulate(std::uint64_t seed, const std::filesystem::path& folder, Mutation mutation,
                int steps) {
  Report report;
  report.seed = seed;
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  std::filesystem::create_directories(folder);
  Simulation(report, folder, mutation).run(steps);
  std::filesystem::remove_all(folder, ignored);
  return report;
}

std::string explain(const Report& report, std::size_t last_events) {
  std::string text = fmt::format("seed {}, after {} events:\n", report.seed, report.trail.size());
  for (const auto& violation : report.violations)
    text +=
        fmt::format("  invariant {}: {}\n", static_cast<int>(violation.invariant), violation.what);
  const auto from = report.trail.size() - std::min(last_events, report.trail.size());
  for (auto i = from; i < report.trail.size(); ++i) text += report.trail[i] + "\n";
  return text;
}

}  // namespace stockbell::simulation
