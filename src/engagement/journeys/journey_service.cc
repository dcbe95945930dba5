#include "engagement/journeys/journey_service.h"

#include "engagement/messages/retry_rules.h"

namespace stockbell::engagement {

Result<> JourneyService::sold_out(db::Session& session, const std::vector<std::string>& skus) {
  const auto now = parts_.clock.now();
  std::vector<StatusUpdate> updates;
  for (const auto& sku : skus) {
    SB_TRY(taken, messages_.take_back(session, sku));
    for (const auto& [restock, request] : taken) {
      SB_TRY(state, entries_.find(session, restock, request));
      if (!state) continue;
      const auto made = apply(default_journey(), *state, JourneyEvent::sold_out);
      SB_CHECK(entries_.move(session, restock, request, made.next, now));
      if (made.stage) {
        const RequestId one[] = {request};
        SB_CHECK(extensions_.move(session, one, Stage::entered, *made.stage));
      }
      if (made.status)
        updates.push_back({0, request, *made.status, now, "sold out before the message left"});
    }
  }
  return parts_.outbox.append(session, updates);
}

Result<> JourneyService::leave(db::Session& session, std::span<const RequestId> requests) {
  const auto now = parts_.clock.now();
  for (const auto request : requests) {
    SB_CHECK(messages_.cancel(session, request));
    SB_TRY(restocks, entries_.list_active(session, request));
    for (const auto restock : restocks) {
      SB_TRY(state, entries_.find(session, restock, request));
      if (!state) continue;
      const auto made = apply(default_journey(), *state, JourneyEvent::cancelled);
      SB_CHECK(entries_.move(session, restock, request, made.next, now));
    }
  }
  return {};
}

struct JourneyService::Recording {
  Time now{};
  std::vector<RecordedOutcome> outcomes;
  std::vector<StatusUpdate> updates;
  std::vector<std::string> enter_again;
};

Result<std::vector<std::string>> JourneyService::record(
    const std::vector<DeliveryOutcome>& outcomes) {
  auto skus = parts_.database.write([&](db::Session& session) -> Result<std::vector<std::string>> {
    Recording recording{parts_.clock.now(), {}, {}, {}};
    for (const auto& outcome : outcomes) SB_CHECK(record_one(session, outcome, recording));
    SB_CHECK(messages_.record(session, recording.outcomes));
    SB_CHECK(parts_.outbox.append(session, recording.updates));
    return std::move(recording.enter_again);
  });
  if (skus) parts_.outbox.announce();
  return skus;
}

RecordedOutcome JourneyService::record_retry(const MessageAttempt& attempt,
                                             const DeliveryOutcome& outcome) const {
  RecordedOutcome out{attempt.id,        MessageState::expired, {},
                      outcome.smtp_code, outcome.detail,        parts_.clock.now()};
  if (!parts_.available(attempt.sku)) {
    out.state = MessageState::withdrawn;
  } else if (const auto due = next_attempt(attempt.attempts, attempt.first_attempt_at, out.due,
                                           static_cast<std::uint8_t>(parts_.random.next()))) {
    out.state = MessageState::queued;
    out.due = *due;
  }
  return out;
}

Result<> JourneyService::record_one(db::Session& session, const DeliveryOutcome& outcome,
                                    Recording& recording) {
  SB_TRY(attempt, messages_.find_leased(session, outcome.id));
  if (!attempt) return {};  // recorded before
  SB_TRY(state, entries_.find(session, attempt->restock, attempt->request));
  const bool active = state && state->entry == EntryState::active;
  RecordedOutcome out{attempt->id,       MessageState::sent, {},
                      outcome.smtp_code, outcome.detail,     recording.now};
  auto event = JourneyEvent::delivered;
  switch (outcome.state) {
    case DeliveryState::delivered:
      out.sent_at = recording.now;
      break;
    case DeliveryState::refused:
      out.state = MessageState::refused;
      event = JourneyEvent::refused;
      break;
    case DeliveryState::withdrawn:
      out.state = MessageState::withdrawn;
      event = JourneyEvent::sold_out;
      break;
    case DeliveryState::retry:
      out = record_retry(*attempt, outcome);
      event = out.state == MessageState::expired ? JourneyEvent::given_up : JourneyEvent::sold_out;
      break;
  }
  // Its request was closed while the message was under way: nothing goes back into the queue.
  if (!active && (out.state == MessageState::queued || out.state == MessageState::withdrawn))
    out.state = MessageState::cancelled;
  recording.outcomes.push_back(out);
  if (!active && out.state == MessageState::sent) {
    // Closed too late to stop it; should it be open again by now, it has had its message.
    SB_TRY(open_again, extensions_.close(session, attempt->request));
    if (open_again)
      recording.updates.push_back(
          {0, attempt->request, RequestStatus::sent, recording.now, outcome.detail});
  }
  if (!active || out.state == MessageState::queued) return {};
  const auto made = apply(default_journey(), *state, event);
  SB_CHECK(entries_.move(session, attempt->restock, attempt->request, made.next, recording.now));
  if (made.stage) {
    const RequestId one[] = {attempt->request};
    SB_CHECK(extensions_.move(session, one, Stage::entered, *made.stage));
    // An invitation that came to nothing makes room for the next in line.
    const bool room = parts_.allocation.in_waves() && event != JourneyEvent::delivered;
    if (*made.stage == Stage::waiting || room) recording.enter_again.push_back(attempt->sku);
  }
  if (made.status)
    recording.updates.push_back(
        {0, attempt->request, *made.status, recording.now,
         outcome.detail.empty() ? std::string(to_text(out.state)) : outcome.detail});
  return {};
}

}  // namespace stockbell::engagement
