// A journey as a pure function: what becomes of a request when something happens to it (design 6).
// Effects are rows that the caller writes in the same transaction.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/enum_text.h"
#include "contracts/request_status.h"
#include "engagement/extensions/extension_store.h"

namespace stockbell::engagement {

enum class Step { recheck_stock, email, update_object };

// Whoever entered under a version stays on it; a published definition never changes.
struct JourneyDefinition {
  std::string key;
  int version = 1;
  std::vector<Step> steps;
};

// recheck stock -> e-mail -> update object
const JourneyDefinition& default_journey();

enum class EntryState { active, done, left };

struct JourneyState {
  std::size_t step = 0;  // the step it stands at; steps.size() when through
  EntryState entry = EntryState::active;
  bool operator==(const JourneyState&) const = default;
};

enum class JourneyEvent {
  entered_available,  // it enters, the item is there
  entered_sold_out,   // it enters, the item is gone again
  delivered,          // the server took the message
  refused,            // the server will never take it
  given_up,           // no server took it in time
  sold_out,           // the item went before the message
  cancelled,          // the CRM closed the request, or its owner unsubscribed
};

struct Transition {
  JourneyState next;
  bool queue_message = false;
  std::optional<Stage> stage;           // of the request
  std::optional<RequestStatus> status;  // to tell the CRM
  bool operator==(const Transition&) const = default;
};

// Events that do not fit the state (a second outcome, one after the end) change nothing.
Transition apply(const JourneyDefinition& journey, JourneyState state, JourneyEvent event);

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::EntryState> =
    std::to_array<stockbell::EnumText<stockbell::engagement::EntryState>>({
        {stockbell::engagement::EntryState::active, "active"},
        {stockbell::engagement::EntryState::done, "done"},
        {stockbell::engagement::EntryState::left, "left"},
    });
