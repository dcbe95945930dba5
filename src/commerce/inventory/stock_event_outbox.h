// Carries queued stock events to Engagement, oldest first, at most a thousand at a time, woken by
// each commit. What is told is what holds at that moment, so that the order of events cannot tell
// an old truth last. Step 9's companion: the feed repairs what this never delivered.
#pragma once
#include <optional>

#include "commerce/inventory/site_stock_store.h"
#include "commerce/outbox/outbox_worker.h"
#include "commerce/sites/sites.h"
#include "contracts/stock_events.h"

namespace stockbell::commerce {

class StockEventOutbox {
 public:
  // Null `events`: Engagement is away; what is meant for it waits.
  StockEventOutbox(db::Database& database, const Clock& clock, const Sites& sites,
                   StockEvents* events)
      : database_(database), clock_(clock), sites_(sites), events_(events) {}

  // One step: hands over the oldest events and forgets them when they are durable there. Repeating
  // it is harmless. One thread at a time.
  Result<OutboxStep> step();

 private:
  Result<> recall();  // what last_ was before this start
  Result<std::vector<StockObservation>> observe(
      db::Session& session, const std::vector<site_stock_store::QueuedEvent>& queued, Time at);

  db::Database& database_;
  const Clock& clock_;
  const Sites& sites_;
  StockEvents* events_;
  // Observations of a SKU must be of strictly rising times, also when the clock was put back and
  // over restarts: kept in the store, read at first use.
  std::optional<Time> last_;
};

}  // namespace stockbell::commerce
