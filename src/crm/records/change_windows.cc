// Which records changed, and which are gone (reference 3.5): RecordService's windows and the sweep.
#include "crm/records/record_service.h"
#include "sql/crm_record.sql.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;

constexpr std::int64_t kMostSwept = 1000;  // by one statement, as it says itself
constexpr int kMostPortions = 20;          // of one call

std::unexpected<Error> bad_date(std::string message) {
  return fail(ErrorCode::invalid, "INVALID_REPLICATION_DATE", std::move(message));
}

Result<> check_span(Time start, Time end, Time now, std::chrono::days most) {
  if (start >= end) return bad_date("startDate must be before endDate");
  if (start < now - most)
    return bad_date(
        fmt::format("startDate before org's replication period of {} days", most.count()));
  return {};
}

std::unexpected<Error> too_many() {
  return fail(ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
              fmt::format("exceeded max size limit of {}: ask for a shorter span",
                          RecordService::kMostChanges));
}

}  // namespace

Result<ChangedRows> RecordService::updated(const objects::Object& object, Time start, Time end) {
  SB_CHECK(check_span(start, end, clock_.now(), kUpdatedDays));
  // Asked before the read begins: whatever is stamped earlier is in it.
  SB_TRY(settled, changes_.settled_before());
  ChangedRows changed;
  changed.latest_date_covered = std::max(start, std::min(end, settled));
  SB_TRY(ids, db_.read([&](db::Session& session) {
    return rows_.changed_between(session, object, start, changed.latest_date_covered,
                                 kMostChanges + 1);
  }));
  if (std::ssize(ids) > kMostChanges) return too_many();
  changed.ids = std::move(ids);
  return changed;
}

Result<DeletedRows> RecordService::deleted(const objects::Object& object, Time start, Time end) {
  const auto now = clock_.now();
  SB_CHECK(check_span(start, end, now, kDeletedDays));
  SB_TRY(settled, changes_.settled_before());
  DeletedRows deleted;
  deleted.earliest_date_available = now - kDeletedDays;
  deleted.latest_date_covered = std::max(start, std::min(end, settled));
  SB_TRY(rows, db_.read([&](db::Session& session) {
    return rows_.deleted_between(session, object, start, deleted.latest_date_covered,
                                 kMostChanges + 1);
  }));
  if (std::ssize(rows) > kMostChanges) return too_many();
  for (const auto& row : rows) deleted.rows.push_back({row.id, row.at});
  return deleted;
}

// One portion: small, as the store's one writer has other work. Whether there may be more.
Result<bool> RecordService::sweep_portion(std::int64_t before) {
  return db_.write([&](db::Session& session) -> Result<bool> {
    bool more = false;
    for (const auto* statement :
         {&sql::mourn_requests, &sql::sweep_events, &sql::sweep_submissions, &sql::sweep_requests,
          &sql::mourn_contacts, &sql::sweep_contacts, &sql::mourn_accounts, &sql::sweep_accounts,
          &sql::sweep_tombstones}) {
      SB_TRY(rows, session.execute(*statement, {before}));
      more = more || rows >= kMostSwept;
    }
    return more;
  });
}

Result<> RecordService::sweep() {
  const std::unique_lock sweeping(sweeping_, std::try_to_lock);
  if (!sweeping) return {};
  const auto now = clock_.now();
  if (now - swept_at_ < std::chrono::hours(1)) return {};
  const auto before = to_ms(now - kDeletedDays);
  for (int portion = 0; portion < kMostPortions; ++portion) {
    SB_TRY(more, sweep_portion(before));
    if (more) continue;
    swept_at_ = now;
    break;
  }
  return {};  // what is left is swept at the next call
}

}  // namespace stockbell::crm::records
