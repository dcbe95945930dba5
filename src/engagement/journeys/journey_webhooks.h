// Calls what webhook steps of journeys queued: a POST of JSON with the header Idempotency-Key,
// again with back-off until it is answered 2xx, for a day at most. One thread at a time.
#pragma once
#include <optional>

#include "base/random.h"
#include "engagement/journeys/journey_store.h"
#include "platform/http/client.h"

namespace stockbell::engagement {

class JourneyWebhooks {
 public:
  JourneyWebhooks(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // A batch of those due. Returns how many were called; 0: nothing is due.
  Result<std::size_t> call_due(int limit = 20);
  Result<std::optional<Time>> next_due();

 private:
  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  JourneyStore store_;
  http::Client client_;
};

}  // namespace stockbell::engagement
