// Works out from the records what sites sell, and writes what changed: site_stock with its sequence
// and the queue of events. Runs inside the transaction of whoever changed something; one call at a
// time (InventoryService sees to it). Step 8.
#pragma once
#include <map>
#include <set>

#include "base/id.h"
#include "commerce/inventory/site_stock_store.h"
#include "commerce/sites/sites.h"

namespace stockbell::commerce {

class SiteLevels {
 public:
  SiteLevels(db::Session& session, IdGenerator& ids, Time now)
      : session_(session), ids_(ids), now_(now) {}

  // What the records say of `skus` and of the sets and bundles that hold one of them.
  Result<std::map<std::string, StockLevel>> of(const Site& site,
                                               const std::vector<std::string>& skus);
  enum class Absent { tell, tell_if_not_default };
  // Writes what differs from site_stock and queues it, unless the item stays in stock with the same
  // units to sell; returns how many it queued. A first row is told even if it says "out": until
  // then nobody downstream knew the SKU. A sweep tells of an item
  // without a row only when it is not what such items were (`default_before`), and tells again
  // what only the site's rules decide about.
  Result<std::int64_t> refresh(const Site& site, const std::vector<std::string>& skus,
                               Absent absent = Absent::tell, bool default_before = false);
  // Call once after the last refresh().
  Result<> finish();

 private:
  Result<> load_lists();

  db::Session& session_;
  IdGenerator& ids_;
  Time now_;
  bool lists_loaded_ = false;
  std::map<std::string, InventoryList> lists_;
  std::int64_t first_sequence_ = -1, sequence_ = -1;
};

// What the site's items without any record are.
bool default_of(const Site& site, const std::map<std::string, InventoryList>& lists);

}  // namespace stockbell::commerce
