#include "engagement/messages/message_store.h"

#include "sql/engagement_message.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_message;

namespace {

std::optional<Time> maybe_time(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return {};
  return from_ms(row.i64(column));
}

db::Value maybe_ms(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

}  // namespace

std::span<const db::Migration> MessageStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.messages/1", statements::schema_1},
                                                  {"engagement.messages/2", statements::schema_2},
                                                  {"engagement.messages/3", statements::schema_3}};
  return kMigrations;
}

Result<> MessageStore::queue(db::Session& session, std::span<const NewMessage> messages, Time now) {
  std::vector<db::Params> batch;
  batch.reserve(messages.size());
  for (const auto& m : messages)
    batch.push_back({m.id.value, m.restock.value, m.request.value, m.contact.value, m.sku,
                     to_ms(m.waiting_since), to_ms(now), m.message_id, m.follow_up, m.journey,
                     m.step, m.template_name, m.class_order});
  SB_CHECK(session.execute_batch(statements::queue_message, batch));
  return {};
}

Result<std::vector<TakenBack>> MessageStore::take_back(db::Session& session,
                                                       const std::string& sku) {
  SB_TRY(rows, session.query(statements::take_back_sku, {sku}));
  std::vector<TakenBack> taken;
  for (const auto& row : rows) taken.push_back({RestockId{row.i64(0)}, RequestId{row.i64(1)}});
  return taken;
}

Result<> MessageStore::cancel(db::Session& session, RequestId request) {
  SB_CHECK(session.execute(statements::cancel_request, {request.value}));
  return {};
}

Result<std::int64_t> MessageStore::recover_leases(db::Session& session) {
  return session.execute(statements::recover_leases);
}

Result<std::vector<LeasedMessage>> MessageStore::lease(db::Session& session, std::int64_t lease,
                                                       Time now, int limit) {
  SB_TRY(taken, session.execute(statements::lease, {lease, to_ms(now), limit}));
  std::vector<LeasedMessage> messages;
  if (taken == 0) return messages;
  SB_TRY(rows, session.query(statements::leased, {lease}));
  messages.reserve(rows.size());
  for (const auto& row : rows)
    messages.push_back({MessageId{row.i64(0)}, RequestId{row.i64(1)}, row.text(2), row.text(3),
                        from_ms(row.i64(4)), row.i64(5), row.text(6), row.text(7), row.text(8),
                        row.text(9), row.text(10), row.text(11)});
  return messages;
}

Result<> MessageStore::set_targets(db::Session& session,
                                   std::span<const std::pair<MessageId, std::string>> targets) {
  std::vector<db::Params> batch;
  batch.reserve(targets.size());
  for (const auto& [message, url] : targets) batch.push_back({message.value, url});
  SB_CHECK(session.execute_batch(statements::set_target, batch));
  return {};
}

Result<std::optional<Time>> MessageStore::next_due(db::Session& session) {
  SB_TRY(row, session.query_one(statements::next_due));
  return row ? maybe_time(*row, 0) : std::optional<Time>();
}

Result<std::vector<MessageAttempt>> MessageStore::find_leased(db::Session& session,
                                                              std::span<const MessageId> messages) {
  std::string list = "[";
  for (const auto message : messages)
    list += (list.size() > 1 ? "," : "") + std::to_string(message.value);
  SB_TRY(rows, session.query(statements::find_leased, {list + "]"}));
  std::vector<MessageAttempt> attempts;
  attempts.reserve(rows.size());
  for (const auto& row : rows)
    attempts.push_back({MessageId{row.i64(0)}, RestockId{row.i64(1)}, RequestId{row.i64(2)},
                        row.text(3), row.i64(4), from_ms(row.i64(5)), ContactId{row.i64(6)},
                        from_ms(row.i64(7)), static_cast<int>(row.i64(8))});
  return attempts;
}

Result<> MessageStore::withdraw_all(db::Session& session, std::span<const db::Params> batch) {
  SB_CHECK(session.execute_batch(statements::withdraw, batch));
  return {};
}

Result<> MessageStore::record(db::Session& session, std::span<const RecordedOutcome> outcomes) {
  std::vector<db::Params> batch;
  batch.reserve(outcomes.size());
  for (const auto& o : outcomes)
    batch.push_back(
        {o.id.value, to_text(o.state), maybe_ms(o.sent_at), o.smtp_code, o.detail, to_ms(o.due)});
  SB_CHECK(session.execute_batch(statements::record_outcome, batch));
  return {};
}

Result<std::optional<TrackedMessage>> MessageStore::find_tracked(db::Session& session,
                                                                 MessageId message) {
  SB_TRY(row, session.query_one(statements::find_message, {message.value}));
  if (!row) return std::optional<TrackedMessage>();
  return std::optional(TrackedMessage{MessageId{row->i64(0)}, RequestId{row->i64(1)}, row->text(2),
                                      row->text(4), !row->is_null(5), !row->is_null(6),
                                      row->text(7), row->text(8), row->text(9) != "closed",
                                      maybe_time(*row, 10), row->i64(11)});
}

Result<bool> MessageStore::mark_opened(db::Session& session, MessageId message, Time at) {
  SB_TRY(changed, session.execute(statements::mark_opened, {message.value, to_ms(at)}));
  return changed > 0;
}

Result<bool> MessageStore::mark_clicked(db::Session& session, MessageId message, Time at) {
  SB_TRY(changed, session.execute(statements::mark_clicked, {message.value, to_ms(at)}));
  return changed > 0;
}

Result<std::vector<Delivery>> MessageStore::list(db::Session& session, std::int64_t before,
                                                 const std::string& state, const std::string& sku,
                                                 int limit) {
  SB_TRY(rows, session.query(statements::list_deliveries, {before, state, sku, limit}));
  std::vector<Delivery> deliveries;
  for (const auto& row : rows)
    deliveries.push_back({MessageId{row.i64(0)}, RestockId{row.i64(1)}, RequestId{row.i64(2)},
                          row.text(3), row.text(4), from_ms(row.i64(5)), from_ms(row.i64(6)),
                          row.i64(7), maybe_time(row, 8), row.i64(9), row.text(10),
                          maybe_time(row, 11), maybe_time(row, 12), row.text(13), row.text(14)});
  return deliveries;
}

}  // namespace stockbell::engagement
