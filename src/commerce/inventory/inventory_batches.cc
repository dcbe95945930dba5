#include "commerce/inventory/inventory_batches.h"

namespace stockbell::commerce {
namespace {

std::uint64_t hash_of(std::string_view sku) { return std::hash<std::string_view>()(sku); }

}  // namespace

InventoryBatches::InventoryBatches(InventoryService& inventory, ImportTally& tally,
                                   const InventoryImport& import)
    : inventory_(inventory),
      tally_(tally),
      import_(import),
      default_list_(import.list.empty() ? inventory.default_list() : import.list) {}

Result<std::string> InventoryBatches::list_here(const std::string& named) {
  if (auto known = here_.find(named); known != here_.end()) return known->second;
  SB_TRY(here, inventory_.list_here(named));
  if (here_.size() < kStockBatch) here_.emplace(named, here);
  return here;
}

Result<std::string> InventoryBatches::adopt_list(const std::string& named) {
  if (import_.mode != ImportMode::remove) {
    SB_CHECK(inventory_.adopt_list(named));
    here_.erase(named);
  }
  return list_here(named);
}

void InventoryBatches::note_unsold(const std::string& list, std::int64_t line) {
  if (import_.mode == ImportMode::remove || unsold_.contains(list) ||
      unsold_.size() >= kStockBatch || !inventory_.sites().selling_from(list).empty())
    return;
  unsold_.insert(list);
  tally_.refuse(line, "list-unsold",
                "no site sells from list " + list +
                    ": name it in commerce.sites.inventory_lists; its records are kept");
  ++refusals_;  // no row is lost by it
}

void InventoryBatches::begin_list(const std::string& list) {
  if (import_.mode == ImportMode::replace) pruned_[list] = {};
}

void InventoryBatches::delete_list(const std::string& list) { pruned_[list] = {{}, true}; }

Result<> InventoryBatches::put_header(const InventoryList& list) {
  if (import_.mode == ImportMode::remove) return {};
  SB_CHECK(flush());
  if (auto pruned = pruned_.find(list.id); pruned != pruned_.end()) pruned->second.forget = false;
  return inventory_.put_list(list);
}

Result<> InventoryBatches::take(RecordBuilder&& record, const std::string& list) {
  auto& change = record.change();
  if (change.sku.empty()) record.sku("");
  if (const auto& refused = record.refused(); refused && refused->reason == "list-invalid") {
    // Of which list its SKU is, nobody knows: it counts as one that cannot be read.
    tally_.refuse(refused->line, refused->reason, refused->message);
    return {};
  }
  if (change.list.empty()) change.list = list.empty() ? default_list_ : list;
  SB_TRY(here, list_here(change.list));
  change.list = std::move(here);
  const bool removed = change.remove || import_.mode == ImportMode::remove;
  if (import_.mode == ImportMode::replace) pruned_.try_emplace(change.list);
  if (auto pruned = pruned_.find(change.list);
      pruned != pruned_.end() && !removed && !change.sku.empty())
    pruned->second.skus.insert(hash_of(change.sku));
  if (const auto& refused = record.refused()) {
    tally_.refuse(refused->line, refused->reason, refused->message);
    if (!change.sku.empty()) ++refusals_;
    return {};
  }
  if (!removed) note_unsold(change.list, 0);
  change.remove = removed;
  change.only_existing = import_.mode == ImportMode::update;
  change.whole = import_.mode == ImportMode::replace;
  changes_.push_back(std::move(change));
  return changes_.size() < kStockBatch ? Result<>{} : flush();
}

Result<> InventoryBatches::flush() {
  if (changes_.empty()) return {};
  const auto refused = tally_.rows_refused;
  SB_TRY(changed, inventory_.apply(changes_, tally_));
  refusals_ += tally_.rows_refused - refused;
  tally_.rows_changed += changed;
  changes_.clear();
  return {};
}

Result<> InventoryBatches::remove_others(const std::string& list, const Kept& kept) {
  std::string after;
  while (true) {
    SB_TRY(skus, inventory_.database().read([&](db::Session& session) {
      return inventory_store::skus_of_list(session, list, after, static_cast<int>(kStockBatch));
    }));
    if (skus.empty()) return {};
    after = skus.back();
    for (auto& sku : skus) {
      if (kept.skus.contains(hash_of(sku))) continue;
      StockChange change;
      change.list = list;
      change.sku = std::move(sku);
      change.remove = true;
      changes_.push_back(std::move(change));
    }
    SB_CHECK(flush());
  }
}

Result<> InventoryBatches::finish() {
  SB_CHECK(flush());
  // A row that nobody could read may be that of any record.
  if (import_.mode == ImportMode::replace && tally_.rows_refused > refusals_ && !pruned_.empty()) {
    tally_.refuse(0, "replace-incomplete",
                  "rows without a readable SKU or list: what the file does not name was kept");
    pruned_.clear();
  }
  for (const auto& [list, kept] : pruned_) {
    SB_CHECK(remove_others(list, kept));
    if (kept.forget && kept.skus.empty()) SB_CHECK(inventory_.delete_list(list));
  }
  while (true) {  // what changed headers left to do
    SB_TRY(more, inventory_.step());
    if (!more) return {};
  }
}

}  // namespace stockbell::commerce
