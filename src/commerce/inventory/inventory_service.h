// The use cases of stock: set one item, apply many, ask. Each write commits the records and the
// events of what changed together. Thread-safe; writes take turns, so that events of one SKU are
// numbered in the order of their commits. Step 8.
#pragma once
#include <functional>
#include <mutex>

#include "commerce/imports/types.h"
#include "commerce/inventory/inventory_store.h"

namespace stockbell::commerce {

// What a source says about one SKU.
struct StockChange {
  StockRecord record;
  bool remove = false;        // the record is to be deleted
  bool keep_on_order = true;  // the source says nothing of orders: keep ours (reference 2.2)
  std::int64_t line = 0;      // where it stood in its file
};

inline constexpr std::size_t kStockBatch = 1000;  // records per transaction (reference 2.3)

class InventoryService {
 public:
  using SkuKnown = std::function<Result<bool>(const std::string& sku)>;
  // `sku_known` asks the catalog; `on_events` is called after commits that queued events and must
  // return at once.
  InventoryService(db::Database& database, const Clock& clock, IdGenerator& ids, SkuKnown sku_known,
                   std::function<void()> on_events)
      : database_(database),
        clock_(clock),
        ids_(ids),
        sku_known_(std::move(sku_known)),
        on_events_(std::move(on_events)) {}

  // Errors: not_found "sku-unknown", invalid "quantity-invalid".
  Result<StockLevel> set_quantity(const std::string& sku, std::int64_t quantity);
  // At most kStockBatch changes, the last of a SKU wins; returns how many records changed. Stale
  // ones go to `tally`.
  Result<std::int64_t> apply(const std::vector<StockChange>& changes, ImportTally& tally);
  Result<> set_default_in_stock(bool in_stock);

  struct Item {
    std::string sku;
    StockLevel level;
  };
  // One item for each SKU asked for, in order; SKUs without a record follow the list's default.
  Result<std::vector<Item>> availability(const std::vector<std::string>& skus);

 private:
  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  SkuKnown sku_known_;
  std::function<void()> on_events_;
  std::mutex writing_;
  Time last_stamp_{};
};

}  // namespace stockbell::commerce
