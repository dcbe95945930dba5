// What of a record's turnover was sold when, so that an allocation that was true some time ago
// counts the sales after it (reference 2.2). Sources state turnover as one figure: what it rose by
// since the last time counts as sold when Stockbell learned of it, and lies in the entries until no
// allocation can go back behind it. Pure. Step 8.
#pragma once
#include "commerce/inventory/types.h"

namespace stockbell::commerce {

inline constexpr std::chrono::hours kOldestAllocation{48};  // older ones are refused
inline constexpr std::size_t kMostTurnoverEntries = 64;     // of one record

// A new allocation, true at record.allocated_at: turnover is what was sold after it.
void reset_turnover(StockRecord& record);

// A source states the turnover since record.allocated_at. A figure that fell takes from the oldest
// entries, as sales that an allocation may have had in it already: in doubt, fewer units are
// offered.
void set_turnover(StockRecord& record, std::int64_t turnover, Time now);

}  // namespace stockbell::commerce
