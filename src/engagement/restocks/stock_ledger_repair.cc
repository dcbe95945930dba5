// What the sweep mends: memory and restocks that are not as the store tells.
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

Result<std::vector<std::string>> StockLedger::reload(std::span<const std::string> skus) {
  std::lock_guard lock(observing_);  // nothing is between the store and memory now
  std::vector<std::string> stale;
  auto read = database_.read([&](db::Session& session) -> Result<> {
    for (const auto& sku : skus) {
      SB_TRY(stored, restocks_.find_availability(session, sku));
      const auto known = known_.find(sku);
      // Memory may be ahead, never behind.
      if (!stored || (known && known->observed_at >= stored->observed_at)) continue;
      known_.set_stock(sku, *stored);
      stale.push_back(sku);
    }
    return {};
  });
  if (!read) return std::unexpected(std::move(read).error());
  return stale;
}

Result<std::vector<std::string>> StockLedger::close_stale(std::span<const std::string> skus) {
  std::lock_guard lock(observing_);
  auto closed = database_.write([&](db::Session& session) -> Result<std::vector<std::string>> {
    std::vector<std::string> out;
    for (const auto& sku : skus) {
      if (known_.available(sku)) continue;
      SB_TRY(stock, restocks_.lock_availability(session, sku));
      SB_TRY(open, restocks_.find_open(session, sku));
      if (!open || (stock && stock->in_stock)) continue;
      SB_CHECK(restocks_.close(session, sku, clock_.now()));
      out.push_back(sku);
    }
    if (!out.empty()) SB_CHECK(sold_out_(session, out));
    return out;
  });
  if (closed && !closed->empty() && on_sold_out_) on_sold_out_(*closed);
  return closed;
}

}  // namespace stockbell::engagement
