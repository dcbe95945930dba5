// Carries queued stock events to Engagement, oldest first, at most a thousand at a time, woken by
// each commit. Step 9's companion: the feed repairs what this never delivered.
#pragma once
#include "commerce/inventory/inventory_store.h"
#include "commerce/outbox/outbox_worker.h"

namespace stockbell::commerce {

// One step: hands over the oldest events and forgets them when they are durable there. Repeating it
// is harmless.
Result<OutboxStep> hand_over_stock_events(db::Database& database, StockEvents& events);

}  // namespace stockbell::commerce
