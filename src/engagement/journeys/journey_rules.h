// A journey as a pure function: what becomes of a request when something happens to it (design 6).
// Effects are rows that the caller writes in the same transaction; the same state, event and facts
// always give the same, so a replay after a crash changes nothing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/enum_text.h"
#include "base/id.h"
#include "contracts/request_status.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/journey_definitions/types.h"

namespace stockbell::engagement {

enum class EntryState { active, done, left };

struct JourneyState {
  std::size_t step = 0;  // the step it stands at; steps.size() when through
  EntryState entry = EntryState::active;
  int mails = 0;      // messages that left; after the first the request is never in line again
  bool told = false;  // the CRM has heard of it
  bool mailed() const { return mails > 0; }
  bool operator==(const JourneyState&) const = default;
};

enum class JourneyEvent {
  entered,    // it comes in
  due,        // what it was parked for has passed
  delivered,  // the server took the message
  refused,    // the server will never take it
  given_up,   // no server took it in time
  sold_out,   // the item went before the message
  cancelled,  // the CRM closed the request, or its owner unsubscribed
  stopped,    // the journey was stopped
};

// What a decision rests on, read in the transaction that writes it.
struct JourneyFacts {
  RequestId request;
  ContactId contact;
  std::string sku, site, locale, status, first_name, last_name, phone;
  std::string email;  // normalised
  std::string product_name, product_variant, product_master;
  std::int64_t quantity = 1;
  Time requested_at{};
  int class_order = kStandardClass;
  bool available = true;
  std::int64_t units = 0;
  struct Email {
    std::size_t step = 0;
    bool opened = false, clicked = false;
  };
  std::vector<Email> emails;  // what left for it in this journey
  std::vector<Time> recent;   // to the mailbox within the frequency cap's days, oldest first
};

// Why an entry stands still without a message. The last three are until the item sells out, or the
// journey is published anew.
enum class ParkReason { wait, quiet_hours, frequency_cap, held_out, test_mode, passed_over };
constexpr bool is_held(ParkReason why) {
  return why == ParkReason::held_out || why == ParkReason::test_mode ||
         why == ParkReason::passed_over;
}
struct Parked {
  ParkReason why = ParkReason::wait;
  std::optional<Time> until;
  bool operator==(const Parked&) const = default;
};

struct Transition {
  JourneyState next;
  std::vector<std::size_t> visited;  // the steps it came to, in order
  std::optional<std::size_t> email;  // a message of this step is queued
  std::optional<Parked> parked;
  std::vector<std::size_t> webhooks;
  std::optional<Stage> stage;           // of the request
  std::vector<RequestStatus> statuses;  // to tell the CRM, in order
  std::string note;                     // why, beside the event itself, for the timeline
  std::string ended;                    // how, when it is not active any more: "done", "goal", …
  bool operator==(const Transition&) const = default;
};

// Events that do not fit the state (a second outcome, one after the end) change nothing.
Transition apply(const JourneyDefinition& journey, JourneyState state, JourneyEvent event,
                 const JourneyFacts& facts, Time now);

// Whether what follows when `event` meets `step` depends on whom it is about, beyond whether the
// item is there. Where it does not, a whole batch is decided at once.
bool depends_on_facts(const JourneyDefinition& journey, std::size_t step, JourneyEvent event);

bool journey_asks_emails(const JourneyDefinition& journey);
bool holds(const JourneyConditions& conditions, const JourneyFacts& facts, Time now);
bool takes(const JourneyDefinition& journey, std::string_view sku);
bool takes_site(const JourneyDefinition& journey, std::string_view site);
bool takes_class(const JourneyDefinition& journey, std::string_view name);
// The same for the same contact for good.
bool is_held_out(const JourneyDefinition& journey, ContactId contact);

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::EntryState> =
    std::to_array<stockbell::EnumText<stockbell::engagement::EntryState>>({
        {stockbell::engagement::EntryState::active, "active"},
        {stockbell::engagement::EntryState::done, "done"},
        {stockbell::engagement::EntryState::left, "left"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ParkReason> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ParkReason>>({
        {stockbell::engagement::ParkReason::wait, "wait"},
        {stockbell::engagement::ParkReason::quiet_hours, "quiet_hours"},
        {stockbell::engagement::ParkReason::frequency_cap, "frequency_cap"},
        {stockbell::engagement::ParkReason::held_out, "held_out"},
        {stockbell::engagement::ParkReason::test_mode, "test_mode"},
        {stockbell::engagement::ParkReason::passed_over, "passed_over"},
    });
