#include "commerce/inventory/turnover_ledger.h"

#include <algorithm>

namespace stockbell::commerce {
namespace {

using Entries = std::vector<TurnoverEntry>;

// Two neighbours become one, so that the time it stands for is the shortest. The later time stays:
// sales are never taken for older than they are. The oldest is left alone: it goes by itself.
void merge_nearest(Entries& entries) {
  auto span = [](auto entry) { return (entry + 1)->at - (entry - 1)->at; };
  auto nearest = entries.begin() + 1;
  for (auto entry = nearest; entry + 1 != entries.end(); ++entry)
    if (span(entry) < span(nearest)) nearest = entry;
  (nearest + 1)->units += nearest->units;
  entries.erase(nearest);
}

void add(Entries& entries, std::int64_t units, Time now) {
  std::erase_if(entries, [&](const auto& entry) { return entry.at <= now - kOldestAllocation; });
  if (!entries.empty() && entries.back().at >= now)  // in one batch; or the clock was set back
    entries.back().units += units;
  else
    entries.push_back({now, units});
  if (entries.size() > kMostTurnoverEntries) merge_nearest(entries);
}

void take_from_oldest(Entries& entries, std::int64_t units) {
  auto entry = entries.begin();
  for (; entry != entries.end() && units > 0; ++entry) {
    const auto taken = std::min(units, entry->units);
    entry->units -= taken;
    units -= taken;
    if (entry->units > 0) break;
  }
  entries.erase(entries.begin(), entry);
}

}  // namespace

void reset_turnover(StockRecord& record) {
  record.turnover = 0;
  std::erase_if(record.turnover_entries,
                [&](const auto& entry) { return entry.at <= *record.allocated_at; });
  for (const auto& entry : record.turnover_entries) record.turnover += entry.units;
}

void set_turnover(StockRecord& record, std::int64_t turnover, Time now) {
  const auto risen = turnover - record.turnover;
  record.turnover = turnover;
  if (risen < 0) take_from_oldest(record.turnover_entries, -risen);
  // Sales up to the allocation's own time are in every later one.
  if (risen > 0 && (!record.allocated_at || *record.allocated_at < now))
    add(record.turnover_entries, risen, now);
}

}  // namespace stockbell::commerce
