// Captured requests with their consent, and the outbox to the CRM. Used by CaptureService.
// Stateless. Steps 2-3.
#pragma once
#include <span>
#include <vector>

#include "contracts/notification_intake.h"
#include "platform/db/database.h"

namespace stockbell::commerce::capture_store {

struct PendingRequest {
  std::int64_t id = 0;
  int attempts = 0;
  bool joinable = false;  // never tried: a twin may have been counted for it
  NotificationRequest request;
};

// What a person may see of the outbox: no address.
struct OutboxRow {
  std::int64_t id = 0;
  std::string sku, site, state;  // "pending" or "parked"
  int attempts = 0;
  std::string reason;  // of the last refusal or failure
  Time queued_at{};
};

std::span<const db::Migration> migrations();
// How far the journal is carried out. Zeros: never.
struct JournalState {
  std::int64_t journal = 0, applied = 0;
};
Result<JournalState> journal_state(db::Session& session);
Result<> save_journal_state(db::Session& session, JournalState state);
Result<bool> any_pending(db::Session& session, Time now);  // that is due

// False: the same address asked for the same SKU and site less than kTwins ago and waits, the CRM
// not having been asked to take it yet; nothing was written.
inline constexpr Duration kTwins = std::chrono::minutes(10);
Result<bool> queue(db::Session& session, std::int64_t id, const NotificationRequest& request);
// Before the CRM is asked to take them, or when it was.
Result<> note_tried(db::Session& session, const std::vector<std::int64_t>& ids);
Result<std::vector<PendingRequest>> next_pending(db::Session& session, Time now, int limit);
Result<std::optional<Time>> earliest_due(db::Session& session);
// What the CRM has: it keeps the consent, too.
Result<> discard(db::Session& session, const std::vector<std::int64_t>& ids);
Result<> postpone(db::Session& session, std::int64_t id, Time due, const std::string& reason);
Result<> park(db::Session& session, std::int64_t id, const std::string& reason);
Result<std::vector<OutboxRow>> list(db::Session& session, int limit);
Result<bool> release(db::Session& session,
                     std::int64_t id);  // false: not parked, or asked for again meanwhile

}  // namespace stockbell::commerce::capture_store
