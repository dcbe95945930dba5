#include "engagement/extensions/status_outbox.h"

#include "sql/engagement_extension.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_extension;

Result<> StatusOutbox::append(db::Session& session, const std::vector<StatusUpdate>& updates) {
  if (updates.empty()) return {};
  const auto count = static_cast<std::int64_t>(updates.size());
  SB_TRY(last, session.query_one(statements::reserve_sequences, {count}));
  if (!last)
    return fail(ErrorCode::internal, "status-counter-missing", "status_counter has no row");
  auto sequence = last->i64(0) - count;
  std::vector<db::Params> batch;
  batch.reserve(updates.size());
  for (const auto& update : updates)
    batch.push_back({++sequence, update.request.value, to_text(update.status), to_ms(update.at),
                     update.reason, update.sku, update.asked_again,
                     update.decided_on ? db::Value(to_ms(*update.decided_on)) : db::Value()});
  SB_CHECK(session.execute_batch(statements::append_update, batch));
  return {};
}

void StatusOutbox::announce() {
  std::vector<std::function<void()>> listeners;
  {
    std::lock_guard lock(mutex_);
    listeners = listeners_;
  }
  for (const auto& wake : listeners) wake();
}

Result<std::vector<StatusUpdate>> StatusOutbox::updates_after(std::int64_t after, int limit) {
  return database_.read([&](db::Session& session) -> Result<std::vector<StatusUpdate>> {
    SB_TRY(rows, session.query(statements::updates_after, {after, limit}));
    std::vector<StatusUpdate> updates;
    updates.reserve(rows.size());
    for (const auto& row : rows) {
      const auto status = parse_enum<RequestStatus>(row.text(2));
      if (!status)
        return fail(ErrorCode::internal, "status-unknown", "status_update: " + row.text(2));
      updates.push_back(
          {row.i64(0), RequestId{row.i64(1)}, *status, from_ms(row.i64(3)), row.text(4),
           row.text(5), row.flag(6),
           row.is_null(7) ? std::nullopt : std::optional(from_ms(row.i64(7)))});
    }
    return updates;
  });
}

Result<> StatusOutbox::discard_through(std::int64_t sequence) {
  return database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(statements::discard_through, {sequence}));
    return {};
  });
}

void StatusOutbox::on_update(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(wake));
}

}  // namespace stockbell::engagement
