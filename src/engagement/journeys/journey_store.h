// Rows of journey entries, of what they wait for and of webhooks to call. Stateless; every method
// runs inside the caller's transaction.
#pragma once
#include <optional>
#include <span>

#include "base/id.h"
#include "engagement/journeys/journey_rules.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct EntryKey {
  RestockId restock;
  RequestId request;
};

struct NewEntry {
  EntryId id;
  RestockId restock;
  RequestId request;
  const JourneyDefinition* journey = nullptr;
  JourneyState state;
};

struct ActiveEntry {
  EntryKey key;
  std::string journey;
  int version = 0;
  JourneyState state;
};

struct MovedEntry {
  EntryKey key;
  JourneyState state;
};

struct NewWait {
  EntryKey key;
  const JourneyDefinition* journey = nullptr;
  std::string sku;
  Parked parked;
};

struct NewWebhook {
  std::int64_t id = 0;
  EntryKey key;
  const JourneyDefinition* journey = nullptr;
  std::string step, url, body;
};

struct DueWebhook {
  std::int64_t id = 0;
  std::string journey, url, body;
  std::int64_t attempts = 0;
  std::optional<Time> first_attempt_at;
};

class JourneyStore {
 public:
  static std::span<const db::Migration> migrations();
  // Whoever was in the same restock's journey before comes back into it.
  Result<> enter(db::Session& session, std::span<const NewEntry> entries, Time now);
  // The active entries of these requests, one for each at most, in no order.
  Result<std::vector<ActiveEntry>> list_active(db::Session& session,
                                               std::span<const RequestId> requests);
  // Entries that are not active any more stay as they are.
  Result<> move(db::Session& session, std::span<const MovedEntry> moves, Time now);

  Result<> add_waits(db::Session& session, std::span<const NewWait> waits);
  Result<> drop_waits(db::Session& session, std::span<const EntryKey> entries);
  Result<std::vector<EntryKey>> due_waits(db::Session& session, Time now, int limit);
  Result<std::optional<Time>> next_wait(db::Session& session);
  Result<std::vector<EntryKey>> waits_of_sku(db::Session& session, const std::string& sku);
  Result<std::vector<EntryKey>> waits_of_journey(db::Session& session, const std::string& journey,
                                                 int limit);
  Result<std::vector<EntryKey>> messages_of_journey(db::Session& session,
                                                    const std::string& journey, int limit);
  Result<std::vector<EntryKey>> held_by_older_versions(db::Session& session, int limit);

  // One for each request that there still is, in no order.
  Result<std::vector<JourneyFacts>> read_facts(db::Session& session,
                                               std::span<const RequestId> requests);
  Result<> read_emails(db::Session& session, JourneyFacts& facts);
  Result<> read_recent(db::Session& session, JourneyFacts& facts, Time now, Time since);

  Result<> add_webhooks(db::Session& session, std::span<const NewWebhook> webhooks, Time now);
  Result<std::vector<DueWebhook>> due_webhooks(db::Session& session, Time now, int limit);
  Result<> webhook_tried(db::Session& session, std::int64_t id, Time now, Time again);
  Result<> drop_webhook(db::Session& session, std::int64_t id);
  Result<std::optional<Time>> next_webhook(db::Session& session);
};

}  // namespace stockbell::engagement
