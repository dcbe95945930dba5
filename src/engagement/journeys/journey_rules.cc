#include "engagement/journeys/journey_rules.h"

namespace stockbell::engagement {
namespace {

bool waits_for_message(const JourneyDefinition& journey, JourneyState state) {
  return state.entry == EntryState::active && state.step < journey.steps.size() &&
         journey.steps[state.step] == Step::email;
}

// Goes on from a step that needs no waiting until one that does, or the end.
Transition advance(const JourneyDefinition& journey, std::size_t step, Transition made) {
  for (; step < journey.steps.size(); ++step) {
    switch (journey.steps[step]) {
      case Step::recheck_stock:
        break;  // just checked, on entering
      case Step::email:
        made.next = {step, EntryState::active};
        made.queue_message = true;
        made.stage = Stage::entered;
        made.status = RequestStatus::queued;
        return made;
      case Step::update_object:
        made.status = RequestStatus::sent;
        break;
    }
  }
  made.next = {journey.steps.size(), EntryState::done};
  made.stage = Stage::closed;
  return made;
}

Transition stop(JourneyState state, EntryState entry, Stage stage,
                std::optional<RequestStatus> status) {
  return {{state.step, entry}, false, stage, status};
}

}  // namespace

const JourneyDefinition& default_journey() {
  static const JourneyDefinition kJourney{
      "back-in-stock", 1, {Step::recheck_stock, Step::email, Step::update_object}};
  return kJourney;
}

Transition apply(const JourneyDefinition& journey, JourneyState state, JourneyEvent event) {
  const Transition nothing{state, false, {}, {}};
  if (state.entry != EntryState::active) return nothing;
  if (event == JourneyEvent::entered_available)
    return state.step == 0 ? advance(journey, 0, nothing) : nothing;
  if (event == JourneyEvent::entered_sold_out)
    return stop(state, EntryState::left, Stage::waiting, {});
  if (event == JourneyEvent::cancelled) return stop(state, EntryState::left, Stage::closed, {});
  if (!waits_for_message(journey, state)) return nothing;
  switch (event) {
    case JourneyEvent::delivered:
      return advance(journey, state.step + 1, nothing);
    case JourneyEvent::refused:
    case JourneyEvent::given_up:
      return stop(state, EntryState::done, Stage::closed, RequestStatus::undeliverable);
    case JourneyEvent::sold_out:
      return stop(state, EntryState::left, Stage::waiting, RequestStatus::requested);
    default:
      return nothing;
  }
}

}  // namespace stockbell::engagement
