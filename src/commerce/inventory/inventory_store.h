// Rows of inventory lists and their records, and the settings of stock. Stateless, thread-safe.
// Used by InventoryService and the surfaces that read records. Step 8.
#pragma once
#include <map>
#include <span>
#include <vector>

#include "commerce/inventory/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::inventory_store {

struct StoredRecord {
  StockRecord record;
  Time created_at{}, changed_at{};
};
using RecordKey = std::pair<std::string, std::string>;  // list, sku

std::span<const db::Migration> migrations();

// The records of these SKUs in these lists.
Result<std::map<RecordKey, StoredRecord>> find(db::Session& session,
                                               const std::vector<std::string>& lists,
                                               const std::vector<std::string>& skus);
// By SKU, those after `after`.
Result<std::vector<StoredRecord>> list_records(db::Session& session, const std::string& list,
                                               const std::string& after, int limit);
Result<std::vector<std::string>> skus_of_list(db::Session& session, const std::string& list,
                                              const std::string& after, int limit);
// By SKU, from the row `start` (0 is the first) on.
Result<std::vector<StoredRecord>> page_records(db::Session& session, const std::string& list,
                                               int start, int count);
Result<std::int64_t> count_records(db::Session& session, const std::string& list);
Result<> upsert(db::Session& session, const std::vector<StoredRecord>& rows);
Result<> remove(db::Session& session, const std::vector<RecordKey>& keys);

Result<std::map<std::string, InventoryList>> lists(db::Session& session);
Result<> put_list(db::Session& session, const InventoryList& list, Time now);
Result<> delete_list(db::Session& session, const std::string& id);

Result<std::string> setting(db::Session& session, const std::string& name);  // "": not there
Result<> put_setting(db::Session& session, const std::string& name, const std::string& value);

// A parameter of statements that look at many: the texts as a JSON array.
std::string json_list(const std::vector<std::string>& texts);

}  // namespace stockbell::commerce::inventory_store
