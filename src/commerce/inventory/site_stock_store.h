// What sites sell (table site_stock, derived from the records), the numbering of its changes, the
// queue of stock events and of sweeps. Stateless, thread-safe. Used by InventoryService.
// Step 8 and beside step 9.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "base/id.h"
#include "commerce/inventory/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::site_stock_store {

// A row of site_stock. An item without one has the default of the site's lists.
struct SiteStock {
  std::string sku;
  StockLevel level;
  Time changed_at{};
  std::int64_t sequence = 0;  // grows with every change of any row of the box
};

Result<std::map<std::string, SiteStock>> find(db::Session& session, const std::string& site,
                                              const std::vector<std::string>& skus);
Result<> upsert(db::Session& session, const std::string& site, const std::vector<SiteStock>& rows);
Result<std::vector<std::string>> skus_of_site(db::Session& session, const std::string& site,
                                              const std::string& after, int limit);
// Of the catalog; in the store's order, those after `after`.
Result<std::vector<std::string>> items_after(db::Session& session, const std::string& after,
                                             int limit);
// Those that changed after `sequence`, in the order of their last change.
Result<std::vector<SiteStock>> changes_after(db::Session& session, const std::string& site,
                                             std::int64_t sequence, int limit);
Result<std::int64_t> last_sequence(db::Session& session);
Result<> put_last_sequence(db::Session& session, std::int64_t sequence);

// What an item without a row of site_stock is on the site; kept beside the rows for who reads by
// SQL: setting "default-instock:SITE".
Result<bool> default_in_stock(db::Session& session, const std::string& site);
Result<> put_default_in_stock(db::Session& session, const std::string& site, bool in_stock);

// Queues in the caller's transaction that Engagement is told about these SKUs: what holds at the
// moment of telling. `site` "": every site. Wake the stock worker after the commit.
Result<> queue(db::Session& session, IdGenerator& ids, const std::string& site,
               const std::vector<std::string>& skus, Time now);
struct QueuedEvent {
  std::int64_t id = 0;
  std::string site, sku;
};
Result<std::vector<QueuedEvent>> next_events(db::Session& session, int limit);
Result<> discard(db::Session& session, const std::vector<QueuedEvent>& events);
Result<std::int64_t> count_events(db::Session& session);

// A site all of whose items are looked at again: source by source, each in the store's own order.
struct Sweep {
  std::string site;
  int phase = 0;      // 0: the site's rows; then its lists in their order; then the catalog
  std::string after;  // the last SKU that was looked at in this phase
  bool default_before = false;  // what items without a row were when it began
};
// A second sweep of a site starts anew and keeps what the first knew of the default before it.
Result<> start_sweep(db::Session& session, const std::string& site, bool default_before);
Result<> advance_sweep(db::Session& session, const Sweep& sweep);
Result<std::optional<Sweep>> next_sweep(db::Session& session);
Result<> delete_sweep(db::Session& session, const std::string& site);

}  // namespace stockbell::commerce::site_stock_store
