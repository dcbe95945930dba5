#include "engagement/journey_definitions/definition_rules.h"

#include <fmt/format.h>

#include <functional>

namespace stockbell::engagement {
namespace {

// Where a step may lead; kNoStep among them: the journey may end after it.
std::vector<std::size_t> exits_of(const JourneyStep& step) {
  if (std::holds_alternative<ExitStep>(step.what)) return {kNoStep};
  std::vector<std::size_t> next;
  if (const auto* split = std::get_if<RandomSplitStep>(&step.what)) {
    for (const auto& branch : split->branches) next.push_back(branch.next.at);
    return next;
  }
  next.push_back(step.next.at);
  if (const auto* split = std::get_if<DecisionSplitStep>(&step.what))
    for (const auto& branch : split->branches) next.push_back(branch.next.at);
  if (const auto* split = std::get_if<EngagementSplitStep>(&step.what))
    next.push_back(split->yes.at);
  return next;
}

template <class T>
bool is(const JourneyStep& step) {
  return std::holds_alternative<T>(step.what);
}

// What may be true when a step is reached, over all ways to it.
struct Ways {
  bool reached = false;
  bool unchecked = false;  // on some way the stock was not looked at since the last wait
  bool untold = false;     // on some way an e-mail left and the CRM was not told since
  bool unsent = false;     // on some way no e-mail left yet
  bool mailed = false;     // on some way one did
  bool operator==(const Ways&) const = default;
  bool add(const Ways& other) {
    const auto before = *this;
    reached |= other.reached;
    unchecked |= other.unchecked;
    untold |= other.untold;
    unsent |= other.unsent;
    mailed |= other.mailed;
    return *this != before;
  }
};

Ways after(const JourneyStep& step, Ways ways) {
  if (is<RecheckStockStep>(step)) ways.unchecked = false;
  if (is<WaitStep>(step)) ways.unchecked = true;
  if (is<EmailStep>(step)) {
    // It waits for its delivery, and may wait for the end of quiet hours before.
    ways.unchecked = true;
    ways.untold = true;
    ways.unsent = false;
    ways.mailed = true;
  }
  if (is<UpdateObjectStep>(step)) ways.untold = false;
  return ways;
}

std::vector<Ways> ways_of(const JourneyDefinition& journey, Ways& ends) {
  std::vector<Ways> ways(journey.steps.size());
  std::vector<std::size_t> changed = {journey.start.at};
  ways[journey.start.at] = {true, true, false, true, false};
  while (!changed.empty()) {
    const auto at = changed.back();
    changed.pop_back();
    const auto left = after(journey.steps[at], ways[at]);
    for (const auto next : exits_of(journey.steps[at])) {
      auto& reached = next == kNoStep ? ends : ways[next];
      if (reached.add(left) && next != kNoStep) changed.push_back(next);
    }
  }
  return ways;
}

// Steps on a circle that no wait is part of.
std::vector<std::size_t> loops_without_wait(const JourneyDefinition& journey) {
  enum class Mark { unseen, open, done };
  std::vector<Mark> marks(journey.steps.size(), Mark::unseen);
  std::vector<std::size_t> found;
  const std::function<void(std::size_t)> visit = [&](std::size_t at) {
    marks[at] = Mark::open;
    for (const auto next : exits_of(journey.steps[at])) {
      if (next == kNoStep || is<WaitStep>(journey.steps[next])) continue;
      if (marks[next] == Mark::open)
        found.push_back(next);
      else if (marks[next] == Mark::unseen)
        visit(next);
    }
    marks[at] = Mark::done;
  };
  for (std::size_t i = 0; i < journey.steps.size(); ++i)
    if (marks[i] == Mark::unseen && !is<WaitStep>(journey.steps[i])) visit(i);
  return found;
}

// Whether a way leads from one step to another, and whether one does so without a wait between.
struct Between {
  bool leads = false, without_wait = false;
};
Between between(const JourneyDefinition& journey, std::size_t from, std::size_t to) {
  Between result;
  std::vector<std::array<bool, 2>> seen(journey.steps.size());
  std::vector<std::pair<std::size_t, bool>> open = {{from, false}};
  while (!open.empty()) {
    const auto [at, waited] = open.back();
    open.pop_back();
    for (const auto next : exits_of(journey.steps[at])) {
      if (next == kNoStep) continue;
      const bool wait = waited || is<WaitStep>(journey.steps[next]);
      if (next == to) {
        result.leads = true;
        result.without_wait |= !wait;
      }
      if (std::exchange(seen[next][wait], true)) continue;
      open.emplace_back(next, wait);
    }
  }
  return result;
}

}  // namespace

std::vector<Finding> find_problems(const JourneyDefinition& journey,
                                   const std::function<bool(std::string_view)>& template_exists) {
  std::vector<Finding> found;
  const auto path = [&](std::size_t at) { return "steps." + journey.steps[at].id; };
  Ways ends;
  const auto ways = ways_of(journey, ends);
  for (std::size_t i = 0; i < journey.steps.size(); ++i) {
    const auto& step = journey.steps[i];
    if (!ways[i].reached) {
      found.push_back({path(i), "no way leads to it from start; lead one there or delete it"});
      continue;
    }
    if (const auto* email = std::get_if<EmailStep>(&step.what)) {
      if (ways[i].unchecked)
        found.push_back(
            {path(i), "needs a recheck_stock before it, after the last wait and the last e-mail"});
      if (template_exists && !template_exists(email->template_name))
        found.push_back({path(i) + ".template", "there is no such template"});
    }
    if (const auto* update = std::get_if<UpdateObjectStep>(&step.what)) {
      if (update->status == RequestStatus::sent && ways[i].unsent)
        found.push_back(
            {path(i) + ".status", "must not be Sent where no e-mail may have left before"});
      if (update->status != RequestStatus::sent && ways[i].mailed)
        found.push_back({path(i) + ".status", "must be Sent where an e-mail may have left before"});
    }
    if (const auto* split = std::get_if<EngagementSplitStep>(&step.what)) {
      const auto ways_there = between(journey, split->email.at, i);
      if (!ways_there.leads)
        found.push_back({path(i) + ".email", "must name an e-mail that is sent before this step"});
      else if (ways_there.without_wait)
        found.push_back(
            {path(i), "needs a wait between the e-mail and the look at what became of it"});
    }
  }
  for (const auto at : loops_without_wait(journey))
    found.push_back({path(at), "is part of a loop without a wait; put a wait into it"});
  if (ends.untold)
    found.push_back(
        {"steps",
         "an e-mail may leave without the CRM hearing of it; put update_object Sent after it"});
  return found;
}

}  // namespace stockbell::engagement
