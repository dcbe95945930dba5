#include "engagement/messages/notice_store.h"

#include <fmt/format.h>

#include "engagement/messages/message_renderer.h"
#include "sql/engagement_notice.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_notice;

std::span<const db::Migration> NoticeStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.notices/1", statements::schema_1}};
  return kMigrations;
}

std::string notice_message_id(NoticeKind kind, MessageId notice, const std::string& from) {
  const auto address = address_of(from);
  const auto at = address.rfind('@');
  return fmt::format("{}.{}@{}", to_text(kind), notice.value,
                     at == std::string::npos ? "localhost" : address.substr(at + 1));
}

Result<> NoticeStore::queue(db::Session& session, const NewNotice& notice, Time now) {
  const bool waited_for = notice.kind != NoticeKind::still_want_it;
  SB_CHECK(session.execute(statements::insert_notice,
                           {notice.id.value, to_text(notice.kind), waited_for, notice.address_key,
                            notice.locale, to_ms(now), notice.message_id}));
  std::vector<db::Params> items;
  for (const auto request : notice.requests) items.push_back({notice.id.value, request.value});
  SB_CHECK(session.execute_batch(statements::insert_item, items));
  return {};
}

Result<NoticeCount> NoticeStore::count_since(db::Session& session, const std::string& address_key,
                                             NoticeKind kind, Time since) {
  SB_TRY(row,
         session.query_one(statements::count_since, {address_key, to_text(kind), to_ms(since)}));
  NoticeCount counted;
  if (!row) return counted;
  counted.count = row->i64(0);
  if (!row->is_null(1)) counted.last = from_ms(row->i64(1));
  return counted;
}

Result<std::int64_t> NoticeStore::recover_leases(db::Session& session) {
  return session.execute(statements::recover_leases);
}

Result<std::vector<LeasedNotice>> NoticeStore::lease(db::Session& session, std::int64_t lease,
                                                     Time now, int limit) {
  SB_TRY(taken, session.execute(statements::lease, {lease, to_ms(now), limit}));
  std::vector<LeasedNotice> notices;
  if (taken == 0) return notices;
  SB_TRY(rows, session.query(statements::leased, {lease}));
  for (const auto& row : rows) {
    const auto kind = parse_enum<NoticeKind>(row.text(1));
    if (!kind) return fail(ErrorCode::internal, "notice-unknown", "notice: " + row.text(1));
    notices.push_back({MessageId{row.i64(0)}, *kind, row.text(2), row.text(3), row.text(4),
                       row.i64(5), from_ms(row.i64(6)), row.text(7), row.text(8), row.text(9), {}});
  }
  SB_TRY(items, session.query(statements::leased_items, {lease}));
  for (const auto& item : items)
    for (auto& notice : notices)
      if (notice.id.value == item.i64(0))
        notice.items.push_back({RequestId{item.i64(1)}, item.text(2)});
  return notices;
}

Result<std::optional<Time>> NoticeStore::next_due(db::Session& session) {
  SB_TRY(row, session.query_one(statements::next_due));
  if (!row || row->is_null(0)) return std::optional<Time>();
  return std::optional(from_ms(row->i64(0)));
}

Result<bool> NoticeStore::is_wanted(db::Session& session, MessageId notice) {
  SB_TRY(row, session.query_one(statements::is_wanted, {notice.value}));
  return row.has_value();
}

Result<std::optional<MessageAttempt>> NoticeStore::find_leased(db::Session& session,
                                                               MessageId notice) {
  SB_TRY(row, session.query_one(statements::find_leased, {notice.value}));
  if (!row) return std::optional<MessageAttempt>();
  return std::optional(MessageAttempt{
      MessageId{row->i64(0)}, {}, {}, {}, row->i64(1), from_ms(row->i64(2))});
}

Result<> NoticeStore::record(db::Session& session, const RecordedOutcome& outcome) {
  SB_CHECK(session.execute(
      statements::record_outcome,
      {outcome.id.value, to_text(outcome.state),
       outcome.sent_at ? db::Value(to_ms(*outcome.sent_at)) : db::Value(), outcome.smtp_code,
       outcome.detail, to_ms(outcome.due)}));
  return {};
}

Result<std::optional<TrackedMessage>> NoticeStore::find_tracked(db::Session& session,
                                                                MessageId notice) {
  SB_TRY(row, session.query_one(statements::find_tracked, {notice.value}));
  if (!row) return std::optional<TrackedMessage>();
  TrackedMessage tracked;
  tracked.id = notice;
  tracked.request = RequestId{row->i64(3)};
  tracked.email = row->text(2);
  tracked.address_key = row->text(1);
  return std::optional(std::move(tracked));
}

}  // namespace stockbell::engagement
