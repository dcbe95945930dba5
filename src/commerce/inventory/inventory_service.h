// The use cases of stock: apply what sources say, keep lists, ask what a site sells. Each write
// commits the records, what sites sell by them and the events of what changed together.
// Thread-safe; writes take turns. Step 8.
#pragma once
#include <functional>
#include <mutex>

#include "commerce/catalog/sellable_stock.h"
#include "commerce/imports/types.h"
#include "commerce/inventory/inventory_store.h"
#include "commerce/inventory/site_stock_store.h"
#include "commerce/inventory/stock_change.h"
#include "commerce/sites/sites.h"

namespace stockbell::commerce {

inline constexpr std::size_t kStockBatch = 1000;  // records per transaction (reference 2.3)

class InventoryService final : public SellableStock {
 public:
  // `on_events` is called after commits that queued events or work for step(), and must return at
  // once.
  InventoryService(db::Database& database, const Clock& clock, IdGenerator& ids, const Sites& sites,
                   std::function<void()> on_events)
      : database_(database),
        clock_(clock),
        ids_(ids),
        sites_(sites),
        on_events_(std::move(on_events)) {}

  // Sites whose lists or rules are not those of the last start are swept. Call before serving.
  Result<> compare_sites();

  // At most kStockBatch changes, in their order; returns how many records changed. Stale ones go to
  // `tally`. A change without a list is meant for default_list().
  Result<std::int64_t> apply(const std::vector<StockChange>& changes, ImportTally& tally);
  // One change of a SKU the catalog knows. Errors: not_found "sku-unknown", conflict with the
  // reason of stale(). Returns what the site sells now.
  Result<StockLevel> set(const StockChange& change, const Site& site);
  // Makes the list or changes its header. A changed default is told for every SKU without a record:
  // by step().
  Result<> put_list(const InventoryList& list);
  // A shop that configures no lists (one site that sells from `default` alone) has one list,
  // whatever its files call it: the first name that adopt_list() is told is that one, for good and
  // wherever it is said. The list that `named` is here.
  Result<std::string> list_here(const std::string& named);
  Result<> adopt_list(const std::string& named);
  // Forgets the header of a list. Its records must be gone.
  Result<> delete_list(const std::string& id);
  // One piece (at most kStockBatch items) of the work that changed headers and changed sites left
  // behind; false: there was none.
  Result<bool> step();

  Result<> change(const Unit& unit) override;

  struct Item {
    std::string sku;
    StockLevel level;
  };
  // One item for each SKU asked for, in order.
  Result<std::vector<Item>> availability(const Site& site, const std::vector<std::string>& skus);

  const Sites& sites() const { return sites_; }
  const std::string& default_list() const { return sites_.main().inventory_lists.front(); }
  db::Database& database() { return database_; }
  Time now() const { return clock_.now(); }

 private:
  bool adopts() const;
  Result<std::string> list_here(db::Session& session, const std::string& named);
  Result<> keep_default(db::Session& session, const Site& site);
  Result<bool> sweep(db::Session& session);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const Sites& sites_;
  std::function<void()> on_events_;
  std::mutex writing_;
};

}  // namespace stockbell::commerce
