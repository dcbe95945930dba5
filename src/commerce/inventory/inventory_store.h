// Rows of stock and the outbox of stock events. Used by InventoryService; stateless, thread-safe.
// Step 8.
#pragma once
#include <span>
#include <unordered_map>
#include <vector>

#include "commerce/inventory/types.h"
#include "contracts/stock_events.h"
#include "platform/db/database.h"

namespace stockbell::commerce::inventory_store {

struct StoredStock {
  StockRecord record;
  StockLevel level;
  Time changed_at{};  // when the level last changed
};

struct QueuedEvent {
  std::int64_t id = 0;
  StockObservation observation;
};

std::span<const db::Migration> migrations();
Result<std::unordered_map<std::string, StoredStock>> find(db::Session& session,
                                                          const std::vector<std::string>& skus);
Result<> upsert(db::Session& session, const std::vector<StoredStock>& rows);
Result<> remove(db::Session& session, const std::vector<std::string>& skus);
Result<> queue(db::Session& session, const std::vector<QueuedEvent>& events);
Result<std::vector<QueuedEvent>> next_events(db::Session& session, int limit);
Result<> discard_events_through(db::Session& session, std::int64_t id);
Result<std::int64_t> count_events(db::Session& session);
// Whether items without a record count as in stock (header of the list).
Result<> put_default_in_stock(db::Session& session, bool in_stock);
Result<bool> default_in_stock(db::Session& session);

}  // namespace stockbell::commerce::inventory_store
