#include "commerce/capture/capture_store.h"

#include "sql/commerce_capture.sql.h"
#include "sql/commerce_renewal.sql.h"

namespace stockbell::commerce::capture_store {
namespace {

namespace sql = stockbell::sql::commerce_capture;

PendingRequest pending_of(const db::Row& row) {
  PendingRequest pending;
  pending.id = row.i64(0);
  pending.attempts = static_cast<int>(row.i64(14));
  auto& r = pending.request;
  r.request_key = std::to_string(pending.id);
  r.email = row.text(1);
  r.email_normalized = row.text(2);
  r.first_name = row.text(3);
  r.last_name = row.text(4);
  r.phone = row.text(5);
  r.sku = row.text(6);
  r.site = row.text(7);
  r.locale = row.text(8);
  r.quantity = static_cast<int>(row.i64(9));
  r.requested_at = from_ms(row.i64(10));
  r.consent = {row.text(11), from_ms(row.i64(12)), row.text(13)};
  r.needs_confirmation = row.flag(15);
  pending.joinable = row.flag(16);
  return pending;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"capture/1", sql::schema}, db::Migration{"capture/2", sql::schema_2},
      db::Migration{"capture/3", stockbell::sql::commerce_renewal::create_step},
      db::Migration{"capture/4", sql::schema_4}, db::Migration{"capture/5", sql::schema_5}};
  return kMigrations;
}

Result<bool> queue(db::Session& session, std::int64_t id, const NotificationRequest& r) {
  SB_CHECK(session.execute(sql::leave_older,
                           {r.email_normalized, r.sku, r.site, to_ms(r.requested_at - kTwins)}));
  SB_TRY(queued, session.execute(sql::insert_outbox,
                                 {id, r.email_normalized, r.sku, r.site, to_ms(r.requested_at)}));
  if (queued == 0) return false;
  SB_CHECK(
      session.execute(sql::insert_request,
                      {id, r.email, r.email_normalized, r.first_name, r.last_name, r.phone, r.sku,
                       r.site, r.locale, r.quantity, to_ms(r.requested_at), r.consent.text_version,
                       to_ms(r.consent.given_at), r.consent.page_url, r.needs_confirmation}));
  return true;
}

Result<JournalState> journal_state(db::Session& session) {
  SB_TRY(row, session.query_one(sql::find_journal));
  if (!row) return JournalState{};
  return JournalState{row->i64(0), row->i64(1)};
}

Result<> save_journal_state(db::Session& session, JournalState state) {
  SB_CHECK(session.execute(sql::save_journal, {state.journal, state.applied}));
  return {};
}

Result<bool> any_pending(db::Session& session, Time now) {
  SB_TRY(row, session.query_one(sql::any_pending, {to_ms(now)}));
  return row.has_value();
}

Result<> note_tried(db::Session& session, const std::vector<std::int64_t>& ids) {
  std::vector<db::Params> batch;
  for (auto id : ids) batch.push_back({id});
  if (batch.empty()) return {};
  SB_CHECK(session.execute_batch(sql::note_tried, batch));
  return {};
}

Result<std::vector<PendingRequest>> next_pending(db::Session& session, Time now, int limit) {
  SB_TRY(rows, session.query(sql::next_pending, {to_ms(now), limit}));
  std::vector<PendingRequest> pending;
  for (const auto& row : rows) pending.push_back(pending_of(row));
  return pending;
}

Result<std::optional<Time>> earliest_due(db::Session& session) {
  SB_TRY(row, session.query_one(sql::earliest_due));
  if (!row) return std::optional<Time>();
  return std::optional<Time>(from_ms(row->i64(0)));
}

Result<> discard(db::Session& session, const std::vector<std::int64_t>& ids) {
  std::vector<db::Params> batch;
  for (auto id : ids) batch.push_back({id});
  if (batch.empty()) return {};
  SB_CHECK(session.execute_batch(sql::delete_handed_over, batch));
  SB_CHECK(session.execute_batch(sql::delete_request, batch));
  return {};
}

Result<> postpone(db::Session& session, std::int64_t id, Time due, const std::string& reason) {
  SB_CHECK(session.execute(sql::postpone, {id, to_ms(due), reason}));
  return {};
}

Result<> park(db::Session& session, std::int64_t id, const std::string& reason) {
  SB_CHECK(session.execute(sql::park, {id, reason}));
  return {};
}

Result<std::vector<OutboxRow>> list(db::Session& session, int limit) {
  SB_TRY(rows, session.query(sql::list_outbox, {limit}));
  std::vector<OutboxRow> outbox;
  for (const auto& row : rows)
    outbox.push_back({row.i64(0), row.text(1), row.text(2), row.text(3),
                      static_cast<int>(row.i64(4)), row.text(5), from_ms(row.i64(6))});
  return outbox;
}

Result<bool> release(db::Session& session, std::int64_t id) {
  SB_TRY(released, session.execute(sql::release, {id}));
  return released > 0;
}

}  // namespace stockbell::commerce::capture_store
