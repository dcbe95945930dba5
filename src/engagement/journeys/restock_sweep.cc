#include "engagement/journeys/restock_sweep.h"

#include "platform/log/log.h"

namespace stockbell::engagement {

Result<bool> RestockSweep::run_page(Repaired& repaired, int skus) {
  if (stock_.has_to_carry_out()) return true;  // the tables lag behind what is known
  Repaired now;
  SB_TRY(seen, at_open_ ? look_at_open(now, skus) : look_at_waiting(now, skus));
  if (now.any())
    log::warning("stock_sweep_repaired", {{"requests_served", std::to_string(now.served)},
                                          {"stock_reloaded", std::to_string(now.reloaded)},
                                          {"restocks_closed", std::to_string(now.closed)}});
  repaired.served += now.served;
  repaired.reloaded += now.reloaded;
  repaired.closed += now.closed;
  if (std::cmp_equal(seen, skus)) return false;
  after_.clear();
  at_open_ = !at_open_;
  return !at_open_;
}

Result<std::size_t> RestockSweep::look_at_waiting(Repaired& repaired, int skus) {
  auto page = database_.read([&](db::Session& session) {
    return ExtensionStore().list_waiting_skus(session, after_, skus);
  });
  if (!page) return std::unexpected(std::move(page).error());
  if (page->empty()) return std::size_t{0};
  SB_TRY(stale, stock_.reload(*page));
  repaired.reloaded += stale.size();
  std::vector<std::string> unnoted;
  for (const auto& sku : *page)
    if (stock_.available(sku) && !audience_.is_noted(sku)) unnoted.push_back(sku);
  SB_TRY(served, audience_.serve(unnoted));
  repaired.served += served;
  after_ = page->back();
  return page->size();
}

Result<std::size_t> RestockSweep::look_at_open(Repaired& repaired, int skus) {
  auto page = database_.read(
      [&](db::Session& session) { return RestockStore().list_open(session, after_, skus); });
  if (!page) return std::unexpected(std::move(page).error());
  if (page->empty()) return std::size_t{0};
  std::vector<std::string> out;
  for (const auto& open : *page)
    if (!open.in_stock && !stock_.available(open.sku)) out.push_back(open.sku);
  SB_TRY(closed, stock_.close_stale(out));
  repaired.closed += closed.size();
  after_ = page->back().sku;
  return page->size();
}

}  // namespace stockbell::engagement
