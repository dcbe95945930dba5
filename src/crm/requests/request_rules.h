// Pure decisions about a request's life (steps 5 and 15): what a status update does to a state.
// Thread-safe.
#pragma once
#include "contracts/status_update.h"
#include "crm/requests/types.h"

namespace stockbell::crm::requests {

// Moves `state` to `to` at the time `at` and sets the times that follow from it; false, with
// nothing changed, when the transition table forbids it. Stages that were skipped get the same
// time: an open message was sent.
bool advance(RequestState& state, RequestStatus to, Time at);

// Applies an update of Engagement. False when the table refuses it or when it, or a younger one,
// was considered before; update_sequence follows every update that was considered, so that a replay
// of a refused one stays refused.
bool apply_update(RequestState& state, const StatusUpdate& update);

// Whether the shopper has asked again since the asking that this end was decided on: it would end
// the request, and does not count.
bool is_overtaken(const RequestState& state, const StatusUpdate& update);

// Considers such an end: for the timeline, why the request stays open. One that was in a journey,
// which the end has left, waits again.
std::string pass_over_end(RequestState& state, const StatusUpdate& update);

// Whether this update, which was applied to a request that was `before`, tells of a message that
// left before the shopper last asked: that asking is not served by it. A click may be the first
// that is heard of a message.
bool left_before_asking(RequestStatus before, const RequestState& state,
                        const StatusUpdate& update);

// Pending where the mailbox must confirm first.
RequestStatus status_at_birth(const NotificationRequest& request);

// Whether a repeated post counts as asking again. Twins of a post do not: the same form sent twice
// changes nothing.
bool asks_again(Time last_asked, Time now);

// Refuses what commerce must never hand over; the shopper's input was checked there.
Result<> check_request(const NotificationRequest& request);

}  // namespace stockbell::crm::requests
