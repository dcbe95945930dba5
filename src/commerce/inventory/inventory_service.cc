#include "commerce/inventory/inventory_service.h"

#include "commerce/inventory/inventory_rules.h"

namespace stockbell::commerce {
namespace {

using inventory_store::QueuedEvent;
using inventory_store::StoredStock;

constexpr std::int64_t kMostQuantity = 1'000'000'000;

// What one batch writes.
struct Writes {
  std::vector<StoredStock> upserts;
  std::vector<std::string> removals;
  std::vector<QueuedEvent> events;
};

// Decides about one SKU; `stored` is null when there is no record yet. False: nothing changes.
bool decide(const StockChange& change, const StoredStock* stored, StockLevel without_record,
            Time stamp, Writes& writes) {
  if (change.remove && !stored) return false;
  StoredStock next{change.record, {}, stamp};
  StockLevel before = stored ? stored->level : without_record;
  if (change.remove) {
    next.level = without_record;
    writes.removals.push_back(change.record.sku);
  } else {
    if (change.keep_on_order && stored) next.record.on_order = stored->record.on_order;
    next.level = stock_level(next.record);
    if (stored && stored->record == next.record) return false;
    if (stored && stored->level == next.level) next.changed_at = stored->changed_at;
    writes.upserts.push_back(next);
  }
  // A first record is told even if it says "out": until then nobody downstream knew the SKU.
  if (!stored || before != next.level)
    writes.events.push_back({0, {change.record.sku, next.level.in_stock(), next.level.ats, stamp}});
  return true;
}

bool is_stale(const StockChange& change, const StoredStock* stored) {
  return stored && !change.remove && change.record.allocated_at && stored->record.allocated_at &&
         *change.record.allocated_at < *stored->record.allocated_at;
}

}  // namespace

Result<StockLevel> InventoryService::set_quantity(const std::string& sku, std::int64_t quantity) {
  if (quantity < 0 || quantity > kMostQuantity)
    return fail(ErrorCode::invalid, "quantity-invalid", "quantity is a number from 0 to 1000000000",
                "quantity");
  SB_TRY(known, sku_known_(sku));
  if (!known)
    return fail(ErrorCode::not_found, "sku-unknown", "the catalog has no such SKU", "sku");
  StockChange change;
  change.record.sku = sku;
  change.record.allocation = quantity;
  change.record.allocated_at = clock_.now();
  change.keep_on_order = false;  // the quantity said is what can be sold
  ImportTally tally;
  SB_CHECK(apply({change}, tally));
  SB_TRY(items, availability({sku}));
  return items.front().level;
}

Result<std::int64_t> InventoryService::apply(const std::vector<StockChange>& changes,
                                             ImportTally& tally) {
  std::unordered_map<std::string_view, const StockChange*> last;
  std::vector<std::string> skus;
  for (const auto& change : changes)
    if (last.insert_or_assign(change.record.sku, &change).second) skus.push_back(change.record.sku);

  std::vector<RefusedRow> stale;
  std::int64_t changed = 0;
  bool queued = false;
  {
    std::lock_guard lock(writing_);
    // Strictly rising, so that of two observations of a SKU the later one is also the younger one.
    auto stamp = std::max(clock_.now(), last_stamp_ + Duration(1));
    auto written = database_.write([&](db::Session& session) -> Result<> {
      stale.clear();  // the unit may run again
      changed = 0;
      SB_TRY(stored, inventory_store::find(session, skus));
      SB_TRY(in_stock_by_default, inventory_store::default_in_stock(session));
      StockLevel without_record;
      if (in_stock_by_default) without_record = {Availability::in_stock, kPerpetualUnits};
      Writes writes;
      for (const auto& sku : skus) {
        auto found = stored.find(sku);
        const auto* existing = found == stored.end() ? nullptr : &found->second;
        const auto& change = *last.at(sku);
        if (is_stale(change, existing))
          stale.push_back({change.line, "allocation-older",
                           "the allocation is older than the one already known"});
        else if (decide(change, existing, without_record, stamp, writes))
          ++changed;
      }
      for (auto& event : writes.events) event.id = ids_.next();
      queued = !writes.events.empty();
      SB_CHECK(inventory_store::upsert(session, writes.upserts));
      SB_CHECK(inventory_store::remove(session, writes.removals));
      return inventory_store::queue(session, writes.events);
    });
    if (!written) return fail(std::move(written).error());
    last_stamp_ = stamp;
  }
  for (auto& row : stale) tally.refuse(row.line, std::move(row.reason), std::move(row.message));
  if (queued) on_events_();
  return changed;
}

Result<> InventoryService::set_default_in_stock(bool in_stock) {
  SB_TRY(now, database_.read([](db::Session& s) { return inventory_store::default_in_stock(s); }));
  if (now == in_stock) return {};
  return database_.write(
      [&](db::Session& s) { return inventory_store::put_default_in_stock(s, in_stock); });
}

Result<std::vector<InventoryService::Item>> InventoryService::availability(
    const std::vector<std::string>& skus) {
  return database_.read([&](db::Session& session) -> Result<std::vector<Item>> {
    SB_TRY(stored, inventory_store::find(session, skus));
    SB_TRY(in_stock_by_default, inventory_store::default_in_stock(session));
    StockLevel without_record;
    if (in_stock_by_default) without_record = {Availability::in_stock, kPerpetualUnits};
    std::vector<Item> items;
    for (const auto& sku : skus) {
      auto found = stored.find(sku);
      items.push_back({sku, found == stored.end() ? without_record : found->second.level});
    }
    return items;
  });
}

}  // namespace stockbell::commerce
