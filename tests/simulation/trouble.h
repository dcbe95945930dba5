// What goes wrong in a simulation: planned by the schedule, met by the arrows and the mail channel,
// counted for the report. And the mutations: the same product with one promise broken on purpose,
// to show that the checkers would notice.
#pragma once
#include <map>
#include <string>

#include "base/enum_text.h"
#include "simulation/faulty_database.h"

namespace stockbell::simulation {

enum class Arrow { intake, stock, changes, extensions, updates, statuses, upload };

enum class Mutation {
  none,
  request_is_lost,            // arrow 3 says that it was taken, and forgets it
  delivered_is_denied,        // the mail server takes a message and says "later"
  sold_out_is_hidden,         // Engagement hears of every sold-out item as available
  change_is_lost,             // arrow 7 loses each third batch
  places_are_reversed,        // Engagement hears of the last that asked as the first
  classes_are_forgotten,      // Engagement hears of every contact as of none
  unsubscribing_is_ignored,   // the page says done
  repeated_feed_is_twisted,   // the same feed, and everything in it the other way round
  stale_feed_is_stamped_new,  // an old feed under today's date
  sent_is_not_told,           // arrow 14 loses each Sent
  rules_are_ignored,          // each restock opens at once
};

class Trouble {
 public:
  explicit Trouble(Mutation on_purpose) : mutation(on_purpose) {}

  enum class Meets { nothing, away, reply_lost };
  // The next `calls` calls of the arrow fail, before or after their work.
  void plan(Arrow arrow, Meets what, int calls) { planned_[arrow] = {what, calls}; }
  Meets next(Arrow arrow) {
    auto& plan = planned_[arrow];
    if (plan.calls == 0) return Meets::nothing;
    --plan.calls;
    count(plan.what == Meets::away ? "arrow away" : "reply lost");
    return plan.what;
  }
  void heal() { planned_.clear(); }

  void count(const std::string& fault) { ++injected[fault]; }

  const Mutation mutation;
  Process process;
  std::map<std::string, std::int64_t> injected;

  // One call over an arrow: `work` unless it is in trouble. `wrap` makes its error the answer.
  template <class Work>
  auto carry(Arrow arrow, Work&& work) -> decltype(work()) {
    if (process.dead()) return fail(process_is_dead());
    const auto meets = next(arrow);
    if (meets == Meets::away) return fail(ErrorCode::unavailable, "arrow-away", "nobody answers");
    auto done = work();
    if (process.dead()) return fail(process_is_dead());
    if (meets == Meets::reply_lost)
      return fail(ErrorCode::unavailable, "reply-lost", "the answer was lost");
    return done;
  }

 private:
  struct Plan {
    Meets what = Meets::nothing;
    int calls = 0;
  };
  std::map<Arrow, Plan> planned_;
};

}  // namespace stockbell::simulation

template <>
inline constexpr auto stockbell::kEnumText<stockbell::simulation::Mutation> =
    std::to_array<stockbell::EnumText<stockbell::simulation::Mutation>>({
        {stockbell::simulation::Mutation::none, "none"},
        {stockbell::simulation::Mutation::request_is_lost, "request_is_lost"},
        {stockbell::simulation::Mutation::delivered_is_denied, "delivered_is_denied"},
        {stockbell::simulation::Mutation::sold_out_is_hidden, "sold_out_is_hidden"},
        {stockbell::simulation::Mutation::change_is_lost, "change_is_lost"},
        {stockbell::simulation::Mutation::places_are_reversed, "places_are_reversed"},
        {stockbell::simulation::Mutation::classes_are_forgotten, "classes_are_forgotten"},
        {stockbell::simulation::Mutation::unsubscribing_is_ignored, "unsubscribing_is_ignored"},
        {stockbell::simulation::Mutation::repeated_feed_is_twisted, "repeated_feed_is_twisted"},
        {stockbell::simulation::Mutation::stale_feed_is_stamped_new, "stale_feed_is_stamped_new"},
        {stockbell::simulation::Mutation::sent_is_not_told, "sent_is_not_told"},
        {stockbell::simulation::Mutation::rules_are_ignored, "rules_are_ignored"},
    });
