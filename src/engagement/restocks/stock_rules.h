// What an observation of stock means against what is known: the diff of step 10. Pure.
#pragma once
#include "base/enum_text.h"
#include "contracts/stock_events.h"

namespace stockbell::engagement {

struct KnownStock {
  bool in_stock = false;
  std::int64_t ats = 0;
  Time observed_at{};
};

enum class StockChange {
  none,    // same as known, or older than what is known
  amount,  // units changed, or the first that is heard of the SKU: an import is no restock
  opened,  // out -> in
  closed,  // in -> out
};

// `known` is null when the SKU was never observed.
inline StockChange compare(const KnownStock* known, const StockObservation& seen) {
  if (!known) return StockChange::amount;
  if (seen.observed_at < known->observed_at) return StockChange::none;
  if (seen.in_stock != known->in_stock)
    return seen.in_stock ? StockChange::opened : StockChange::closed;
  return seen.ats == known->ats ? StockChange::none : StockChange::amount;
}

}  // namespace stockbell::engagement
