// Rows of journey entries. Stateless; every method runs inside the caller's transaction.
#pragma once
#include <optional>
#include <span>

#include "base/id.h"
#include "engagement/journeys/journey_rules.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct NewEntry {
  EntryId id;
  RestockId restock;
  RequestId request;
  JourneyState state;
};

class JourneyStore {
 public:
  static std::span<const db::Migration> migrations();
  // Whoever was in the same restock's journey before comes back into it.
  Result<> enter(db::Session& session, const JourneyDefinition& journey,
                 std::span<const NewEntry> entries, Time now);
  Result<std::optional<JourneyState>> find(db::Session& session, RestockId restock,
                                           RequestId request);
  Result<std::vector<RestockId>> list_active(db::Session& session, RequestId request);
  Result<> move(db::Session& session, RestockId restock, RequestId request, JourneyState next,
                Time now);
};

}  // namespace stockbell::engagement
