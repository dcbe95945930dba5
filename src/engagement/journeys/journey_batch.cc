#include "engagement/journeys/journey_batch.h"

#include "engagement/messages/message_renderer.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

std::string_view id_of(const JourneyDefinition& journey, std::size_t step) {
  return step < journey.steps.size() ? std::string_view(journey.steps[step].id) : "@done";
}

std::string webhook_body(const JourneyDefinition& journey, const JourneyStep& step,
                         const JourneySubject& subject, Time now) {
  text::JsonWriter json;
  json.begin_object()
      .member("event", "journey.step")
      .member("journey", journey.key)
      .member("version", journey.version)
      .member("step", step.id)
      .member("request_id", std::to_string(subject.key.request.value))
      .member("contact_id", std::to_string(subject.contact.value))
      .member("sku", subject.sku)
      .member("at", to_rfc3339(now))
      .end_object();
  return std::move(json).str();
}

}  // namespace

void JourneyBatch::count(const JourneyDefinition& journey, std::optional<std::size_t> before,
                         const Transition& made) {
  if (!counted_.empty()) {
    auto& last = counted_.back();
    if (last.journey == &journey && last.before == before && last.made == made) {
      ++last.count;
      return;
    }
  }
  counted_.push_back({&journey, before, made, 1});
}

void JourneyBatch::add_effects(const JourneyDefinition& journey, const JourneySubject& subject,
                               const Transition& made, const std::string& reason) {
  const auto& [restock, request] = subject.key;
  if (made.email) {
    const auto& email = std::get<EmailStep>(journey.steps[*made.email].what);
    messages_.push_back({ids_.make<MessageId>(), restock, request, subject.contact, subject.sku,
                         subject.requested_at, message_id_of(request, from_, made.next.mails),
                         made.next.mails, journey.key, *made.email, email.template_name,
                         subject.class_order});
  }
  if (made.parked) waits_.push_back({subject.key, &journey, subject.sku, *made.parked});
  for (const auto at : made.webhooks) {
    const auto& step = journey.steps[at];
    webhooks_.push_back({ids_.next(), subject.key, &journey, step.id,
                         std::get<WebhookStep>(step.what).url,
                         webhook_body(journey, step, subject, now_)});
  }
  for (const auto status : made.statuses)
    updates_.push_back(
        {0, request, status, now_, made.note.empty() ? reason : reason + "; " + made.note});
}

void JourneyBatch::enter(const JourneyDefinition& journey, const JourneySubject& subject,
                         const Transition& made, const std::string& reason) {
  count(journey, {}, made);
  if (made.stage && *made.stage != Stage::waiting)
    stages_[{Stage::waiting, *made.stage}].push_back(subject.key.request);
  entries_.push_back(
      {ids_.make<EntryId>(), subject.key.restock, subject.key.request, &journey, made.next});
  add_effects(journey, subject, made, reason);
}

void JourneyBatch::move(const JourneyDefinition& journey, JourneyState before,
                        const JourneySubject& subject, const Transition& made,
                        const std::string& reason, bool waited) {
  if (made.next == before && !made.parked && !made.email) return;
  count(journey, before.step, made);
  moves_.push_back({subject.key, made.next});
  if (waited && !made.parked) no_longer_waiting_.push_back(subject.key);
  if (made.stage) stages_[{Stage::entered, *made.stage}].push_back(subject.key.request);
  add_effects(journey, subject, made, reason);
}

Result<> JourneyBatch::save(db::Session& session) {
  ExtensionStore extensions;
  JourneyStore entries;
  for (auto& update : updates_) {  // nobody but Engagement decided it
    if (update.status != RequestStatus::undeliverable) continue;
    SB_TRY(asked_at, extensions.end(session, update.request, Stage::entered));
    update.decided_on = asked_at;
  }
  for (const auto& [move, requests] : stages_)
    SB_CHECK(extensions.move(session, requests, move.first, move.second));
  if (!entries_.empty()) SB_CHECK(entries.enter(session, entries_, now_));
  if (!moves_.empty()) SB_CHECK(entries.move(session, moves_, now_));
  if (!no_longer_waiting_.empty()) SB_CHECK(entries.drop_waits(session, no_longer_waiting_));
  if (!waits_.empty()) SB_CHECK(entries.add_waits(session, waits_));
  if (!messages_.empty()) SB_CHECK(MessageStore().queue(session, messages_, now_));
  if (!webhooks_.empty()) SB_CHECK(entries.add_webhooks(session, webhooks_, now_));
  CountChanges counts;
  for (const auto& [journey, before, made, times] : counted_) {
    if (!before) counts.add(*journey, "@entered", times, 0);
    if (before) counts.add(*journey, id_of(*journey, *before), 0, -times);
    for (const auto at : made.visited) counts.add(*journey, id_of(*journey, at), times, 0);
    if (made.next.entry == EntryState::active)
      counts.add(*journey, id_of(*journey, made.next.step), 0, times);
    else
      counts.add(*journey, "@" + made.ended, times, 0);
  }
  return JourneyDefinitionStore().add_counts(session, counts);
}

}  // namespace stockbell::engagement
