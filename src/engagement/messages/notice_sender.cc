#include "engagement/messages/notice_sender.h"

#include "engagement/messages/delivery_run.h"
#include "engagement/messages/retry_rules.h"
#include "platform/log/log.h"

namespace stockbell::engagement {

Result<> NoticeSender::recover() {
  auto recovered = parts_.database.write(
      [&](db::Session& session) { return notices_.recover_leases(session); });
  if (!recovered) return std::unexpected(std::move(recovered).error());
  if (*recovered > 0) log::info("notices_in_doubt", {{"count", std::to_string(*recovered)}});
  return {};
}

Result<NoticeSender::Batch> NoticeSender::lease(int limit) {
  // A look first: the usual answer is that there is none, and a look holds nobody up.
  SB_TRY(due, next_due());
  if (!due || *due > parts_.clock.now()) return Batch{};
  const auto token = parts_.ids.next();
  return parts_.database.write([&](db::Session& session) -> Result<Batch> {
    Batch batch;
    SB_TRY(notices, notices_.lease(session, token, parts_.clock.now(), limit));
    batch.notices = std::move(notices);
    for (const auto& notice : batch.notices)
      for (const auto& item : notice.items) {
        if (batch.items.contains(item.sku)) continue;
        SB_TRY(found, catalog_.find(session, item.sku));
        if (found) batch.items.emplace(item.sku, std::move(*found));
      }
    return batch;
  });
}

Result<std::size_t> NoticeSender::send_batch(int limit) {
  SB_CHECK(record_leftovers());
  SB_TRY(batch, lease(limit));
  if (batch.notices.empty()) return std::size_t{0};
  std::vector<DeliveryOutcome> outcomes;
  std::vector<OutgoingMessage> outgoing;
  std::map<MessageId, const LeasedNotice*> by_id;
  for (const auto& notice : batch.notices) {
    const bool empty = notice.items.empty() && notice.kind != NoticeKind::manage_link;
    if (notice.email.empty() || empty) {
      outcomes.push_back({notice.id, DeliveryState::withdrawn, 0, "nothing to say any more"});
      continue;
    }
    by_id[notice.id] = &notice;
    outgoing.push_back(parts_.renderer.render(notice, batch.items, parts_.clock.now()));
  }
  deliver_and_record(
      parts_.channel, outgoing, std::move(outcomes),
      [&](MessageId id) {
        const auto found = by_id.find(id);
        return found != by_id.end() && still_wanted(*found->second);
      },
      [this](std::vector<DeliveryOutcome> group) { record(std::move(group)); });
  return batch.notices.size();
}

// Who has unsubscribed gets only the link that was asked for with a link of theirs.
bool NoticeSender::still_wanted(const LeasedNotice& notice) {
  if (notice.kind != NoticeKind::manage_link && parts_.suppressions.contains(notice.address_key))
    return false;
  const auto wanted = parts_.database.read(
      [&](db::Session& session) { return notices_.is_wanted(session, notice.id); });
  return wanted && *wanted;
}

Result<std::optional<Time>> NoticeSender::next_due() {
  return parts_.database.read([&](db::Session& session) { return notices_.next_due(session); });
}

Result<> NoticeSender::record_all(const std::vector<DeliveryOutcome>& outcomes) {
  return parts_.database.write([&](db::Session& session) -> Result<> {
    for (const auto& outcome : outcomes) {
      SB_TRY(attempt, notices_.find_leased(session, outcome.id));
      if (!attempt) continue;  // recorded before
      const auto now = parts_.clock.now();
      RecordedOutcome out{outcome.id, MessageState::sent, {}, outcome.smtp_code, outcome.detail, now};
      if (outcome.state == DeliveryState::delivered) out.sent_at = now;
      if (outcome.state == DeliveryState::refused) out.state = MessageState::refused;
      if (outcome.state == DeliveryState::withdrawn) out.state = MessageState::withdrawn;
      if (outcome.state == DeliveryState::retry) {
        const auto due = next_attempt(attempt->attempts, attempt->first_attempt_at, now,
                                      static_cast<std::uint8_t>(parts_.random.next()));
        out.state = due ? MessageState::queued : MessageState::expired;
        out.due = due.value_or(now);
      }
      SB_CHECK(notices_.record(session, out));
    }
    return {};
  });
}

void NoticeSender::record(std::vector<DeliveryOutcome> outcomes) {
  const auto recorded = record_all(outcomes);
  if (recorded) return;
  log::error("outcomes_not_recorded",
             {{"count", std::to_string(outcomes.size())}, {"error", recorded.error().message}});
  std::lock_guard lock(mutex_);
  unrecorded_.insert(unrecorded_.end(), outcomes.begin(), outcomes.end());
}

Result<> NoticeSender::record_leftovers() {
  std::vector<DeliveryOutcome> outcomes;
  {
    std::lock_guard lock(mutex_);
    outcomes.swap(unrecorded_);
  }
  if (outcomes.empty()) return {};
  auto recorded = record_all(outcomes);
  if (recorded) return {};
  std::lock_guard lock(mutex_);
  unrecorded_.insert(unrecorded_.end(), outcomes.begin(), outcomes.end());
  return recorded;
}

}  // namespace stockbell::engagement
