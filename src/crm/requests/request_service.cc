#include "crm/requests/request_service.h"

#include "crm/requests/change_log.h"
#include "crm/requests/consent.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_store.h"
#include "platform/crypto/crypto.h"
#include "platform/log/log.h"

namespace stockbell::crm::requests {
namespace {

constexpr std::size_t kMostUpdates = 200;  // as Salesforce's sObject collections

// What a batch of updates does to the requests it names.
struct Application {
  std::vector<RequestState> states;
  std::vector<TimelineEvent> events;
  std::vector<RequestId> changed;       // in the order of their first change
  std::vector<StatusUpdate> wishes;     // applied ones that ask for more than a status
  std::vector<StatusUpdate> too_early;  // messages that left before the last asking

  void note_change(RequestId request) {
    if (std::ranges::find(changed, request) == changed.end()) changed.push_back(request);
  }
};

void apply_all(const std::vector<StatusUpdate>& updates, Application& application) {
  std::unordered_map<RequestId, RequestState*> by_id;
  for (auto& state : application.states) by_id[state.id] = &state;
  for (const auto& update : updates) {
    const auto found = by_id.find(update.request);
    const auto before = found == by_id.end() ? RequestStatus::requested : found->second->status;
    if (found != by_id.end() && is_overtaken(*found->second, update)) {
      const auto reason = pass_over_end(*found->second, update);
      application.events.push_back({update.request, update.at, found->second->status, reason,
                                    "engagement", update.sequence});
      if (found->second->status != before) application.note_change(update.request);
      continue;
    }
    if (found == by_id.end() || !apply_update(*found->second, update)) {
      log::debug("status-update-passed-over",
                 {{"request", to_record_id(kRequestPrefix, update.request.value)},
                  {"status", std::string(to_text(update.status))}});
      continue;
    }
    application.events.push_back({update.request, update.at, found->second->status, update.reason,
                                  "engagement", update.sequence});
    if (!update.sku.empty() || update.asked_again) application.wishes.push_back(update);
    if (left_before_asking(before, *found->second, update)) application.too_early.push_back(update);
    application.note_change(update.request);
  }
}

}  // namespace

std::string asked_reason(const contacts::ResolvedContact& contact) {
  if (contact.created) return "asked in the shop; new contact";
  const auto& matched = contact.matched;
  if (matched.rule == contacts::kEmailFirst) return "asked in the shop; contact matched by e-mail";
  const auto* winner = matched.winner();
  if (!winner) return "asked in the shop; several contacts match, the first was taken";
  return fmt::format("asked in the shop; contact matched by {}{}{}", matched.rule,
                     winner->stage.empty() ? "" : ", ", winner->stage);
}

UserId system_user() {
  static const UserId user{crypto::derived_id("user:stockbell")};
  return user;
}

Result<IntakeReceipt> RequestService::submit(const NotificationRequest& request) {
  return submit(request, system_user());
}

Result<IntakeReceipt> RequestService::submit(const NotificationRequest& request, UserId user) {
  SB_CHECK(check_request(request));
  const objects::ChangeClock::Stamp stamp(changes_);
  const Written written{stamp.time(), user};
  SB_TRY(receipt,
         db_.write([&](db::Session& session) { return record(session, request, written); }));
  wake_readers();
  return receipt;
}

Result<IntakeReceipt> RequestService::record(db::Session& session,
                                             const NotificationRequest& request, Written written) {
  SB_TRY(first, claim_key(session, request, written.at));
  if (!first) {
    SB_TRY(earlier, find_receipt(session, request.request_key));
    if (earlier) return *earlier;
    return fail(ErrorCode::unavailable, "request-contended",
                "a twin of this submission is under way");
  }
  SB_TRY(keyed, find_keyed(session, request.request_key));
  if (keyed) {
    SB_CHECK(save_receipt(session, request.request_key, *keyed));
    return *keyed;
  }
  const auto candidate =
      contacts::contact_from(request, contacts_.options().site_group_of(request.site));
  SB_TRY(contact, contacts_.resolve_or_choose(session, candidate, written));
  const auto reason = asked_reason(contact);
  SB_TRY(opened,
         open_request(session, request, contact.id, ids_.make<RequestId>(), reason, written));
  const IntakeReceipt receipt{contact.id, opened.id, contact.created, opened.created};
  SB_CHECK(save_receipt(session, request.request_key, receipt));
  if (!opened.created) {
    SB_CHECK(ask_again(session, ids_, opened.id, request, written));
    return receipt;
  }
  const TimelineEvent event{opened.id, request.requested_at, status_at_birth(request),
                            reason,    "commerce",           0};
  SB_CHECK(add_events(session, ids_, {&event, 1}));
  // The contact too, known or new: on PostgreSQL a twin's contact may stand behind this transaction
  // in the log.
  SB_CHECK(log_contact_change(session, contact.id));
  SB_CHECK(log_request_change(session, opened.id));
  return receipt;
}

Result<> RequestService::apply(const std::vector<StatusUpdate>& updates) {
  if (updates.size() > kMostUpdates)
    return fail(ErrorCode::invalid, "updates-too-many", "at most 200 status updates at once");
  if (updates.empty()) return {};
  std::vector<RequestId> ids;
  for (const auto& update : updates) ids.push_back(update.request);
  const objects::ChangeClock::Stamp stamp(changes_);
  SB_TRY(changed, db_.write([&](db::Session& session) -> Result<bool> {
    Application application;
    SB_TRY(states, lock_requests(session, ids));
    application.states = std::move(states);
    apply_all(updates, application);
    const Written written{stamp.time(), system_user()};
    SB_CHECK(save_states(session, application.states, written));
    SB_CHECK(add_events(session, ids_, application.events));
    for (const auto& wish : application.wishes) SB_CHECK(carry_out(session, ids_, wish, written));
    for (const auto& sent : application.too_early)
      SB_CHECK(open_anew(session, ids_, sent.request, sent.at, written));
    for (const RequestId id : application.changed) SB_CHECK(log_request_change(session, id));
    return !application.changed.empty();
  }));
  if (changed) wake_readers();
  return {};
}

Result<> RequestService::cancel(RequestId id) {
  const objects::ChangeClock::Stamp stamp(changes_);
  const auto cancelled = db_.write([&](db::Session& session) -> Result<> {
    SB_TRY(states, lock_requests(session, {&id, 1}));
    if (states.empty())
      return fail(ErrorCode::not_found, "request-not-found", "there is no such request");
    auto& state = states.front();
    if (state.status == RequestStatus::cancelled) return {};
    const Time now = clock_.now();
    if (!advance(state, RequestStatus::cancelled, now))
      return fail(ErrorCode::conflict, "request-closed",
                  fmt::format("a request that is {} cannot be cancelled", to_text(state.status)));
    const TimelineEvent event{id, now, RequestStatus::cancelled, "cancelled by hand", "api", 0};
    state.status_reason = event.reason;
    SB_CHECK(save_states(session, states, {stamp.time(), system_user()}));
    SB_CHECK(add_events(session, ids_, {&event, 1}));
    return log_request_change(session, id);
  });
  if (cancelled) wake_readers();
  return cancelled;
}

Result<ChangeBatch> RequestService::changes_after(const std::string& cursor, int limit) {
  return db_.read(
      [&](db::Session& session) { return read_changes(session, cursor, limit, class_field_); });
}

void RequestService::on_change(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  readers_.push_back(std::move(wake));
}

void RequestService::wake_readers() {
  std::lock_guard lock(mutex_);
  for (const auto& wake : readers_) wake();
}

}  // namespace stockbell::crm::requests
