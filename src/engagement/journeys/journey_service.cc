#include "engagement/journeys/journey_service.h"

#include "engagement/messages/retry_rules.h"

namespace stockbell::engagement {

Transition JourneyService::decide(const JourneyDefinition& journey, JourneyState state,
                                  JourneyEvent event, const JourneyFacts& facts, Time now) const {
  auto made = apply(journey, state, event, facts, now);
  if (made.next.entry != EntryState::active || made.next == state ||
      parts_.definitions.status(journey.key) != JourneyStatus::stopped)
    return made;
  // The journey was stopped while the message was under way.
  auto stopped = apply(journey, made.next, JourneyEvent::stopped, facts, now);
  stopped.visited = std::move(made.visited);
  if (!stopped.stage) stopped.stage = made.stage;
  made.statuses.insert(made.statuses.end(), stopped.statuses.begin(), stopped.statuses.end());
  stopped.statuses = std::move(made.statuses);
  return stopped;
}

Result<std::unordered_map<RequestId, JourneyFacts>> JourneyService::read_facts(
    db::Session& session, std::span<const RequestId> requests, bool emails, bool recent) {
  std::unordered_map<RequestId, JourneyFacts> by_request;
  if (requests.empty()) return by_request;
  const auto now = parts_.clock.now();
  SB_TRY(all, entries_.read_facts(session, requests));
  for (auto& facts : all) {
    facts.available = parts_.available(facts.sku);
    facts.units = parts_.units(facts.sku);
    if (emails) SB_CHECK(entries_.read_emails(session, facts));
    if (recent)
      SB_CHECK(entries_.read_recent(session, facts, now, now - std::chrono::hours(24 * 365)));
    by_request.emplace(facts.request, std::move(facts));
  }
  return by_request;
}

Result<std::vector<std::string>> JourneyService::meet(db::Session& session,
                                                      std::span<const EntryKey> keys,
                                                      JourneyEvent event, const std::string& reason,
                                                      JourneyBatch& batch) {
  std::vector<std::string> again;
  if (keys.empty()) return again;
  std::vector<RequestId> requests;
  for (const auto& key : keys) requests.push_back(key.request);
  SB_TRY(entries, entries_.list_active(session, requests));
  bool emails = false, recent = false;
  for (const auto& entry : entries) {
    SB_TRY(journey, parts_.definitions.get(session, entry.journey, entry.version));
    emails |= journey_asks_emails(*journey);
    recent |= journey->frequency_cap.has_value();
  }
  const bool looks = event == JourneyEvent::due;
  SB_TRY(facts, read_facts(session, requests, looks && emails, looks && recent));
  const auto now = parts_.clock.now();
  std::set<std::pair<std::int64_t, std::int64_t>> active;
  for (const auto& entry : entries)
    active.emplace(entry.key.restock.value, entry.key.request.value);
  for (const auto& key : keys)
    if (!active.contains({key.restock.value, key.request.value})) batch.drop_wait(key);
  for (const auto& entry : entries) {
    SB_TRY(journey, parts_.definitions.get(session, entry.journey, entry.version));
    const auto found = facts.find(entry.key.request);
    JourneyFacts gone;
    gone.request = entry.key.request;
    const auto& known = found == facts.end() ? gone : found->second;
    const auto made = decide(*journey, entry.state,
                             found == facts.end() ? JourneyEvent::cancelled : event, known, now);
    batch.move(*journey, entry.state,
               {entry.key, known.contact, known.sku, known.requested_at, known.class_order}, made,
               reason, true);
    if (made.stage == Stage::waiting) again.push_back(known.sku);
  }
  return again;
}

Result<> JourneyService::sold_out(db::Session& session, const std::vector<std::string>& skus) {
  auto batch = new_batch();
  for (const auto& sku : skus) {
    SB_TRY(taken, messages_.take_back(session, sku));
    SB_TRY(waiting, entries_.waits_of_sku(session, sku));
    std::vector<EntryKey> keys = std::move(waiting);
    for (const auto& [restock, request] : taken) keys.push_back({restock, request});
    SB_CHECK(
        meet(session, keys, JourneyEvent::sold_out, "sold out before the message left", batch));
  }
  SB_CHECK(batch.save(session));
  return parts_.outbox.append(session, batch.updates());
}

Result<> JourneyService::leave(db::Session& session, std::span<const RequestId> requests) {
  if (requests.empty()) return {};
  auto batch = new_batch();
  for (const auto request : requests) SB_CHECK(messages_.cancel(session, request));
  SB_TRY(entries, entries_.list_active(session, requests));
  for (const auto& entry : entries) {
    SB_TRY(journey, parts_.definitions.get(session, entry.journey, entry.version));
    auto made = apply(*journey, entry.state, JourneyEvent::cancelled, {}, parts_.clock.now());
    made.statuses.clear();  // whoever closed it tells
    batch.move(*journey, entry.state, {entry.key, {}, "", {}}, made, "", true);
  }
  return batch.save(session);
}

struct JourneyService::Recording {
  JourneyBatch batch;
  Time now{};
  std::unordered_map<MessageId, MessageAttempt> attempts;
  std::unordered_map<RequestId, ActiveEntry> entries;
  std::unordered_map<RequestId, JourneyFacts> facts;
  std::vector<RecordedOutcome> outcomes;
  std::vector<StatusUpdate> updates;
  std::vector<std::string> enter_again;
  std::vector<SentInvitation> sent;  // where they take up units
  // What the last ones met, for those whose way depends on nothing else.
  struct Same {
    const JourneyDefinition* journey = nullptr;
    JourneyState state;
    JourneyEvent event{};
    bool available = false;
    Transition made;
  } same;
};

Result<std::vector<std::string>> JourneyService::record(
    const std::vector<DeliveryOutcome>& outcomes) {
  auto skus = parts_.database.write([&](db::Session& session) -> Result<std::vector<std::string>> {
    Recording recording{new_batch(), parts_.clock.now(), {}, {}, {}, {}, {}, {}, {}, {}};
    SB_CHECK(look_up(session, outcomes, recording));
    for (const auto& outcome : outcomes) SB_CHECK(record_one(session, outcome, recording));
    SB_CHECK(messages_.record(session, recording.outcomes));
    SB_CHECK(waves_.sent(session, recording.sent));
    SB_CHECK(recording.batch.save(session));
    auto& updates = recording.batch.updates();
    updates.insert(updates.end(), recording.updates.begin(), recording.updates.end());
    SB_CHECK(parts_.outbox.append(session, updates));
    return std::move(recording.enter_again);
  });
  if (skus) parts_.outbox.announce();
  return skus;
}

// Everything the outcomes touch, in a few queries whatever their number.
Result<> JourneyService::look_up(db::Session& session, std::span<const DeliveryOutcome> outcomes,
                                 Recording& recording) {
  std::vector<MessageId> ids;
  for (const auto& outcome : outcomes) ids.push_back(outcome.id);
  SB_TRY(attempts, messages_.find_leased(session, ids));
  std::vector<RequestId> requests, looked_at;
  for (auto& attempt : attempts) {
    requests.push_back(attempt.request);
    recording.attempts.emplace(attempt.id, std::move(attempt));
  }
  SB_TRY(entries, entries_.list_active(session, requests));
  bool emails = false, recent = false;
  for (auto& entry : entries) {
    SB_TRY(journey, parts_.definitions.get(session, entry.journey, entry.version));
    if (depends_on_facts(*journey, entry.state.step, JourneyEvent::delivered)) {
      looked_at.push_back(entry.key.request);
      emails |= journey_asks_emails(*journey);
      recent |= journey->frequency_cap.has_value();
    }
    recording.entries.emplace(entry.key.request, std::move(entry));
  }
  SB_TRY(facts, read_facts(session, looked_at, emails, recent));
  recording.facts = std::move(facts);
  return {};
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
  const auto leased = recording.attempts.find(outcome.id);
  if (leased == recording.attempts.end()) return {};  // recorded before
  const auto attempt = std::move(leased->second);
  recording.attempts.erase(leased);
  const auto found = recording.entries.find(attempt.request);
  const bool active =
      found != recording.entries.end() && found->second.key.restock == attempt.restock;
  RecordedOutcome out{attempt.id,        MessageState::sent, {},
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
      out = record_retry(attempt, outcome);
      event = out.state == MessageState::expired ? JourneyEvent::given_up : JourneyEvent::sold_out;
      break;
  }
  // Its request was closed while the message was under way: nothing goes back into the queue.
  if (!active && (out.state == MessageState::queued || out.state == MessageState::withdrawn))
    out.state = MessageState::cancelled;
  recording.outcomes.push_back(out);
  if (out.sent_at && parts_.allocation.rule == AllocationRule::units)
    recording.sent.push_back({attempt.restock, attempt.request, *out.sent_at});
  if (!active && out.state == MessageState::sent) {
    // Closed too late to stop it; should it be open again by now, it has had its message.
    SB_TRY(open_again, extensions_.close(session, attempt.request));
    if (open_again)
      recording.updates.push_back(
          {0, attempt.request, RequestStatus::sent, recording.now, outcome.detail});
  }
  if (!active || out.state == MessageState::queued) return {};
  const auto& entry = found->second;
  SB_TRY(journey, parts_.definitions.get(session, entry.journey, entry.version));
  const auto& made = decide_outcome(*journey, entry, event, attempt, recording);
  recording.batch.move(
      *journey, entry.state,
      {entry.key, attempt.contact, attempt.sku, attempt.waiting_since, attempt.class_order}, made,
      outcome.detail.empty() ? std::string(to_text(out.state)) : outcome.detail, false);
  if (made.stage) {
    // An invitation that came to nothing makes room for the next in line.
    const bool room = parts_.allocation.in_waves() && event != JourneyEvent::delivered;
    if (*made.stage == Stage::waiting || room) recording.enter_again.push_back(attempt.sku);
  }
  return {};
}

const Transition& JourneyService::decide_outcome(const JourneyDefinition& journey,
                                                 const ActiveEntry& entry, JourneyEvent event,
                                                 const MessageAttempt& attempt,
                                                 Recording& recording) const {
  auto& same = recording.same;
  const auto known = recording.facts.find(attempt.request);
  if (known != recording.facts.end()) {
    same.journey = nullptr;
    same.made = decide(journey, entry.state, event, known->second, recording.now);
    return same.made;
  }
  const bool available = parts_.available(attempt.sku);
  if (same.journey == &journey && same.state == entry.state && same.event == event &&
      same.available == available)
    return same.made;
  JourneyFacts facts;
  facts.available = available;
  same = {&journey, entry.state, event, available,
          decide(journey, entry.state, event, facts, recording.now)};
  return same.made;
}

}  // namespace stockbell::engagement
