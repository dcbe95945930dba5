#include "commerce/google_stock.h"

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

StockChange change_of(const StockClaim& claim, const std::string& list) {
  StockChange change;
  change.list = list;
  change.sku = claim.sku;
  change.line = claim.line;
  change.allocation = claim.quantity.value_or(0);
  change.perpetual = false;
  change.handling = PreorderHandling::none;
  change.preorder_allocation = 0;
  switch (claim.state) {
    case StockClaim::State::in_stock:
      change.perpetual = !claim.quantity;
      break;
    case StockClaim::State::out_of_stock:
      change.allocation = 0;
      break;
    case StockClaim::State::preorder:
    case StockClaim::State::backorder:
      change.allocation = 0;
      change.handling = claim.state == StockClaim::State::preorder ? PreorderHandling::preorder
                                                                   : PreorderHandling::backorder;
      change.preorder_allocation = claim.quantity.value_or(kPerpetualUnits);
      change.in_stock_at = claim.available_at;
  }
  return change;
}

}  // namespace

TakeStock google_stock(InventoryService& inventory, std::string list, ImportTally& tally) {
  if (list.empty())
    list = inventory.sites().selling_from(kGoogleList).empty() ? inventory.default_list()
                                                               : std::string(kGoogleList);
  return [&inventory, &tally, list, first = true](std::vector<StockClaim>& claims) mutable
         -> Result<> {
    SB_TRY(here, inventory.list_here(list));
    if (std::exchange(first, false) && inventory.sites().selling_from(here).empty()) {
      log::warning("google-feed-list-unsold", {{"list", list}});
      tally.refuse(0, "list-unsold",
                   "no site sells from list " + list +
                       ": name it in commerce.sites.inventory_lists; its records are kept");
    }
    std::vector<StockChange> changes;
    const auto apply = [&]() -> Result<> {
      SB_CHECK(inventory.apply(changes, tally));
      changes.clear();
      return {};
    };
    for (const auto& claim : claims) {
      changes.push_back(change_of(claim, list));
      if (changes.size() == kStockBatch) SB_CHECK(apply());
    }
    return changes.empty() ? Result<>{} : apply();
  };
}

}  // namespace stockbell::commerce
