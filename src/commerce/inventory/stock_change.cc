#include "commerce/inventory/stock_change.h"

#include "commerce/inventory/turnover_ledger.h"

namespace stockbell::commerce {

std::optional<Stale> stale(const StockChange& change, const StockRecord* stored, Time now) {
  if (change.remove || !change.allocation || !change.allocated_at) return {};
  if (*change.allocated_at < now - kOldestAllocation)
    return Stale{"allocation-too-old", "the allocation-timestamp is older than 48 hours"};
  if (stored && stored->allocated_at && *change.allocated_at < *stored->allocated_at)
    return Stale{"allocation-older", "the allocation is older than the one already known"};
  return {};
}

StockRecord changed_record(const StockChange& change, const StockRecord* stored, Time now) {
  StockRecord record;
  if (stored) record = *stored;
  if (change.whole) {  // what belongs to orders is not the file's to forget
    StockRecord blank;
    blank.on_order = record.on_order;
    blank.reserved = record.reserved;
    blank.turnover = record.turnover;
    blank.turnover_entries = std::move(record.turnover_entries);
    blank.allocation = {};
    blank.allocated_at = record.allocated_at;
    record = std::move(blank);
  }
  record.list = change.list;
  record.sku = change.sku;
  if (change.allocation) {
    const auto at = std::min(change.allocated_at.value_or(now), now);
    // The allocation that is known, stated once more: what was sold after it stays sold.
    const bool same = change.allocated_at && record.allocated_at == at;
    record.allocation = change.allocation;
    record.allocated_at = at;
    if (!same) reset_turnover(record);
  }
  if (change.turnover) set_turnover(record, *change.turnover, now);
  if (change.on_order) record.on_order = *change.on_order;
  if (change.reserved) record.reserved = *change.reserved;
  if (change.safety_stock) record.safety_stock = change.safety_stock;
  if (change.preorder_allocation) record.preorder_allocation = *change.preorder_allocation;
  if (change.handling) record.handling = *change.handling;
  if (change.perpetual) record.perpetual = *change.perpetual;
  if (change.in_stock_at) record.in_stock_at = change.in_stock_at;
  if (change.futures) record.futures = *change.futures;
  if (change.custom) record.custom = *change.custom;
  return record;
}

bool says_nothing(const StockChange& change, const StockRecord& stored, const StockRecord& next) {
  auto same_time = next;
  if (!change.allocated_at) same_time.allocated_at = stored.allocated_at;
  return same_time == stored;
}

}  // namespace stockbell::commerce
