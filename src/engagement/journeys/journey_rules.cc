#include "engagement/journeys/journey_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "engagement/journeys/local_time.h"

namespace stockbell::engagement {
namespace {

// Spread evenly and the same on every machine (FNV-1a).
std::uint64_t draw(std::string_view journey, std::string_view step, std::int64_t who) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&](unsigned char byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  for (const char c : journey) mix(static_cast<unsigned char>(c));
  mix(0);
  for (const char c : step) mix(static_cast<unsigned char>(c));
  for (int i = 0; i < 8; ++i) mix(static_cast<unsigned char>(who >> (8 * i)));
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33);
}

// One entry on its way through the steps that need no waiting.
class Walk {
 public:
  Walk(const JourneyDefinition& journey, JourneyState state, const JourneyFacts& facts, Time now)
      : journey_(journey), facts_(facts), now_(now) {
    made_.next = state;
  }

  Transition enter() {
    entering_ = true;
    if (is_held_out(journey_, facts_.contact)) {
      arrive(journey_.start.at);
      return park(ParkReason::held_out, {},
                  fmt::format("held out of {} ({} %)", journey_.name, journey_.hold_out_percent));
    }
    return go(journey_.start.at);
  }

  Transition delivered() {
    ++made_.next.mails;
    made_.stage = Stage::closed;
    return go(journey_.steps[made_.next.step].next.at);
  }

  // It is here again, after what it was parked for.
  Transition resume() {
    const auto& step = journey_.steps[made_.next.step];
    if (std::holds_alternative<WaitStep>(step.what)) return go(step.next.at);
    return go(made_.next.step, false);
  }

  // Back into the line, in place; what was mailed already is at its end.
  Transition leave(std::string ended) {
    made_.next.entry = EntryState::left;
    made_.ended = std::move(ended);
    if (made_.next.mailed()) return tell();
    made_.stage = Stage::waiting;
    if (!entering_) made_.statuses.push_back(RequestStatus::requested);
    return std::move(made_);
  }

  Transition end(std::string ended, EntryState entry = EntryState::done) {
    made_.next.entry = entry;
    if (entry == EntryState::done) made_.next.step = journey_.steps.size();
    made_.ended = std::move(ended);
    return tell();
  }

  Transition close(RequestStatus status, std::string ended) {
    made_.next.entry = EntryState::done;
    made_.stage = Stage::closed;
    made_.statuses.push_back(status);
    made_.ended = std::move(ended);
    return std::move(made_);
  }

 private:
  // What left and was not told yet is told at the end, whatever the steps say.
  Transition tell() {
    if (made_.next.mailed() && !made_.next.told) {
      made_.next.told = true;
      made_.statuses.push_back(RequestStatus::sent);
    }
    return std::move(made_);
  }

  void arrive(std::size_t at) {
    made_.next.step = at;
    made_.visited.push_back(at);
  }

  void open_in_journey() {
    if (!entering_) return;
    made_.stage = Stage::entered;
    made_.statuses.push_back(RequestStatus::queued);
  }

  Transition park(ParkReason why, std::optional<Time> until, std::string note = {}) {
    made_.parked = Parked{why, until};
    made_.note = std::move(note);
    open_in_journey();
    return std::move(made_);
  }

  // Whoever leaves the steps without a message keeps the place for the next restock: back in line
  // at once it would be asked again and again.
  Transition pass_over(std::string note, std::string ended) {
    if (made_.next.mailed()) return end(std::move(ended));
    return park(ParkReason::passed_over, {}, std::move(note));
  }

  std::optional<Transition> meets_criterion() {
    if (made_.next.mailed() && facts_.status == to_text(RequestStatus::purchased))
      return end("purchased");
    for (const auto& goal : journey_.goals)
      if (holds(goal.when, facts_, now_)) return pass_over("goal met: " + goal.name, "goal");
    for (const auto& one : journey_.exit_criteria)
      if (holds(one.when, facts_, now_))
        return pass_over("left by its exit criterion: " + one.name, "exit");
    return {};
  }

  Transition go(std::size_t at, bool arrives = true) {
    // Loops have waits; the limit stands for definitions that were never validated.
    for (std::size_t steps = 0; steps <= journey_.steps.size(); ++steps) {
      if (auto left = meets_criterion()) return std::move(*left);
      if (at == kNoStep) return finish();
      if (arrives) arrive(at);
      arrives = true;
      const auto& step = journey_.steps[at];
      if (std::holds_alternative<ExitStep>(step.what)) return finish();
      if (std::holds_alternative<RecheckStockStep>(step.what)) {
        if (!facts_.available) return leave("sold_out");
        at = step.next.at;
      } else if (std::holds_alternative<EmailStep>(step.what)) {
        return mail(at);
      } else if (const auto* wait = std::get_if<WaitStep>(&step.what)) {
        return park(ParkReason::wait, end_of(*wait));
      } else if (const auto* update = std::get_if<UpdateObjectStep>(&step.what)) {
        if (update->status != RequestStatus::sent) return close(update->status, "done");
        if (made_.next.mailed()) tell_sent();
        at = step.next.at;
      } else if (std::holds_alternative<WebhookStep>(step.what)) {
        made_.webhooks.push_back(at);
        at = step.next.at;
      } else {
        at = branch_of(step);
      }
    }
    return finish();
  }

  void tell_sent() {
    if (made_.next.told) return;
    made_.next.told = true;
    made_.statuses.push_back(RequestStatus::sent);
  }

  Transition finish() { return pass_over("through the journey without a message", "done"); }

  Time end_of(const WaitStep& wait) const {
    const auto after = now_ + wait.wait;
    if (!wait.until_minute) return after;
    return next_time_of_day(after, *wait.until_minute,
                            zone_of_recipient(journey_, facts_.site, facts_.locale));
  }

  std::size_t branch_of(const JourneyStep& step) const {
    if (const auto* split = std::get_if<DecisionSplitStep>(&step.what)) {
      for (const auto& branch : split->branches)
        if (holds(branch.when, facts_, now_)) return branch.next.at;
      return step.next.at;
    }
    if (const auto* split = std::get_if<EngagementSplitStep>(&step.what)) {
      for (const auto& email : facts_.emails)
        if (email.step == split->email.at &&
            (split->kind == EngagementKind::clicked ? email.clicked
                                                    : email.opened || email.clicked))
          return split->yes.at;
      return step.next.at;
    }
    if (const auto* split = std::get_if<RandomSplitStep>(&step.what)) {
      auto left = static_cast<int>(draw(journey_.key, step.id, facts_.request.value) % 100);
      for (const auto& branch : split->branches) {
        if (left < branch.percent) return branch.next.at;
        left -= branch.percent;
      }
    }
    return step.next.at;
  }

  Transition mail(std::size_t at) {
    if (!facts_.available) return leave("sold_out");
    if (journey_.seeds && std::ranges::find(*journey_.seeds, facts_.email) == journey_.seeds->end())
      return made_.next.mailed() ? end("test_mode")
                                 : park(ParkReason::test_mode, {}, "the journey is in test mode");
    if (const auto& cap = journey_.frequency_cap) {
      const auto days = std::chrono::hours(24) * cap->days;
      const auto first = std::ranges::upper_bound(facts_.recent, now_ - days);
      const auto within = facts_.recent.end() - first;
      if (within >= cap->messages)
        return park(ParkReason::frequency_cap, *(first + (within - cap->messages)) + days,
                    fmt::format("{} messages in {} days already", within, cap->days));
    }
    if (journey_.quiet_hours) {
      const auto zone = zone_of_recipient(journey_, facts_.site, facts_.locale);
      const auto at_earliest = after_quiet_hours(now_, *journey_.quiet_hours, zone);
      if (at_earliest > now_)
        return park(ParkReason::quiet_hours, at_earliest, "after quiet hours in " + zone);
    }
    made_.email = at;
    open_in_journey();
    return std::move(made_);
  }

  const JourneyDefinition& journey_;
  const JourneyFacts& facts_;
  Time now_;
  bool entering_ = false;
  Transition made_;
};

bool at_email(const JourneyDefinition& journey, JourneyState state) {
  return state.step < journey.steps.size() &&
         std::holds_alternative<EmailStep>(journey.steps[state.step].what);
}

}  // namespace

bool journey_asks_emails(const JourneyDefinition& journey) {
  return std::ranges::any_of(journey.steps, [](const JourneyStep& step) {
    return std::holds_alternative<EngagementSplitStep>(step.what);
  });
}

bool takes(const JourneyDefinition& journey, std::string_view sku) {
  if (journey.entry.skus.empty()) return true;
  return std::ranges::any_of(journey.entry.skus, [&](const std::string& one) {
    return one.ends_with('*') ? sku.starts_with(one.substr(0, one.size() - 1)) : sku == one;
  });
}

bool takes_site(const JourneyDefinition& journey, std::string_view site) {
  return journey.entry.sites.empty() ||
         std::ranges::find(journey.entry.sites, site) != journey.entry.sites.end();
}

bool takes_class(const JourneyDefinition& journey, std::string_view name) {
  return journey.entry.classes.empty() ||
         std::ranges::find(journey.entry.classes, name) != journey.entry.classes.end();
}

bool is_held_out(const JourneyDefinition& journey, ContactId contact) {
  return journey.hold_out_percent > 0 &&
         static_cast<int>(draw(journey.key, "hold-out", contact.value) % 100) <
             journey.hold_out_percent;
}

Transition apply(const JourneyDefinition& journey, JourneyState state, JourneyEvent event,
                 const JourneyFacts& facts, Time now) {
  Transition nothing;
  nothing.next = state;
  if (state.entry != EntryState::active) return nothing;
  Walk walk(journey, state, facts, now);
  switch (event) {
    case JourneyEvent::entered:
      return walk.enter();
    case JourneyEvent::cancelled:
      return walk.end("cancelled", EntryState::left);
    case JourneyEvent::stopped:
      return walk.leave("stopped");
    case JourneyEvent::sold_out:
      // Who has had the message waits on; a reminder's own turn looks at the stock.
      return state.mailed() && !at_email(journey, state) ? nothing : walk.leave("sold_out");
    case JourneyEvent::due:
      return state.step < journey.steps.size() ? walk.resume() : walk.end("done");
    default:
      break;
  }
  if (!at_email(journey, state)) return nothing;
  if (event == JourneyEvent::delivered) return walk.delivered();
  return walk.close(RequestStatus::undeliverable, "undeliverable");
}

bool depends_on_facts(const JourneyDefinition& journey, std::size_t step, JourneyEvent event) {
  if (event == JourneyEvent::sold_out || event == JourneyEvent::cancelled ||
      event == JourneyEvent::stopped || event == JourneyEvent::refused ||
      event == JourneyEvent::given_up)
    return false;
  if (!journey.exit_criteria.empty() || !journey.goals.empty()) return true;
  const bool limited = journey.quiet_hours || journey.frequency_cap || journey.seeds;
  auto at = step;
  if (event == JourneyEvent::entered) {
    if (journey.hold_out_percent > 0) return true;
    at = journey.start.at;
  } else if (step < journey.steps.size()) {
    if (event == JourneyEvent::delivered ||
        std::holds_alternative<WaitStep>(journey.steps[step].what))
      at = journey.steps[step].next.at;
  }
  for (std::size_t steps = 0; steps <= journey.steps.size() && at < journey.steps.size(); ++steps) {
    const auto& what = journey.steps[at].what;
    if (std::holds_alternative<EmailStep>(what)) return limited;
    if (const auto* wait = std::get_if<WaitStep>(&what)) return wait->until_minute.has_value();
    if (std::holds_alternative<ExitStep>(what)) return false;
    if (!std::holds_alternative<RecheckStockStep>(what) &&
        !std::holds_alternative<UpdateObjectStep>(what) &&
        !std::holds_alternative<WebhookStep>(what))
      return true;
    at = journey.steps[at].next.at;
  }
  return false;
}

}  // namespace stockbell::engagement
