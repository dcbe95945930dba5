// What InventoryService does beside single changes: headers of lists, and the sweeps over all items
// of a site that follow when a default or the site's configuration changed.
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/inventory_service.h"
#include "commerce/inventory/site_levels.h"

namespace stockbell::commerce {
namespace {

const std::string kSitesSetting = "sites";
const std::string kMainSiteSetting = "main-site";  // for who reads by SQL

// Everything of a site that decides what its shoppers are told.
std::string fingerprint(const Site& site) {
  return fmt::format("{}|{}|{}|{}|{}|{}\n", site.key,
                     inventory_store::json_list(site.inventory_lists), to_text(site.list_policy),
                     site.safety_stock, site.ring_on_preorder, site.ring_on_backorder);
}

// A rule changed, the default did not (or a sweep that knows the one before it has begun).
Result<> sweep_all(db::Session& session, const Site& site) {
  SB_TRY(in_stock, site_stock_store::default_in_stock(session, site.key));
  return site_stock_store::start_sweep(session, site.key, in_stock);
}

}  // namespace

// Keeps the site's default in step with its lists; when it changed, all items are looked at again.
Result<> InventoryService::keep_default(db::Session& session, const Site& site) {
  SB_TRY(lists, inventory_store::lists(session));
  SB_TRY(before, site_stock_store::default_in_stock(session, site.key));
  auto in_stock = default_of(site, lists);
  if (in_stock == before) return {};
  SB_CHECK(site_stock_store::start_sweep(session, site.key, before));
  return site_stock_store::put_default_in_stock(session, site.key, in_stock);
}

Result<> InventoryService::put_list(const InventoryList& list) {
  std::lock_guard lock(writing_);
  auto written = database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(lists, inventory_store::lists(session));
    auto known = lists.find(list.id);
    if (known != lists.end() && known->second == list) return {};
    SB_CHECK(inventory_store::put_list(session, list, clock_.now()));
    for (const auto* site : sites_.selling_from(list.id)) {
      SB_CHECK(keep_default(session, *site));
      const bool own_only = known != lists.end() && known->second.use_bundle_inventory_only;
      if (own_only == list.use_bundle_inventory_only) continue;
      SB_CHECK(sweep_all(session, *site));
    }
    return {};
  });
  if (!written) return written;
  on_events_();
  return {};
}

Result<> InventoryService::delete_list(const std::string& id) {
  std::lock_guard lock(writing_);
  auto written = database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(lists, inventory_store::lists(session));
    const auto known = lists.find(id);
    SB_CHECK(inventory_store::delete_list(session, id));
    for (const auto* site : sites_.selling_from(id)) {
      SB_CHECK(keep_default(session, *site));
      if (known != lists.end() && known->second.use_bundle_inventory_only)
        SB_CHECK(sweep_all(session, *site));
    }
    return {};
  });
  if (!written) return written;
  on_events_();
  return {};
}

Result<> InventoryService::compare_sites() {
  std::lock_guard lock(writing_);
  return database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(inventory_store::put_setting(session, kMainSiteSetting, sites_.main().key));
    SB_TRY(before, inventory_store::setting(session, kSitesSetting));
    std::string now;
    for (const auto& site : sites_.all()) {
      auto print = fingerprint(site);
      now += print;
      SB_CHECK(keep_default(session, site));
      if (("\n" + before).find("\n" + print) != std::string::npos) continue;
      SB_CHECK(sweep_all(session, site));
    }
    return now == before ? Result<>{} : inventory_store::put_setting(session, kSitesSetting, now);
  });
}

// One piece of the first sweep that waits. SKUs come from the site's rows, from the records of its
// lists and, when the default changed, from the catalog.
Result<bool> InventoryService::sweep(db::Session& session) {
  SB_TRY(found, site_stock_store::next_sweep(session));
  if (!found) return false;
  auto& at = *found;
  const auto* site = sites_.find(at.site);
  const int lists = site ? static_cast<int>(site->inventory_lists.size()) : 0;
  if (!site || at.phase > lists + 1) {
    SB_CHECK(site_stock_store::delete_sweep(session, at.site));
    return true;
  }
  constexpr auto kPiece = static_cast<int>(kStockBatch);
  SB_TRY(in_stock, site_stock_store::default_in_stock(session, site->key));
  Result<std::vector<std::string>> skus;
  if (at.phase == 0)
    skus = site_stock_store::skus_of_site(session, site->key, at.after, kPiece);
  else if (at.phase <= lists)
    skus = inventory_store::skus_of_list(
        session, site->inventory_lists[static_cast<std::size_t>(at.phase - 1)], at.after, kPiece);
  else if (in_stock != at.default_before)
    skus = site_stock_store::items_after(session, at.after, kPiece);
  if (!skus) return fail(std::move(skus).error());
  if (skus->empty()) {
    ++at.phase;
    at.after.clear();
  } else {
    SiteLevels levels(session, ids_, clock_.now());
    SB_CHECK(
        levels.refresh(*site, *skus, SiteLevels::Absent::tell_if_not_default, at.default_before));
    SB_CHECK(levels.finish());
    at.after = skus->back();
  }
  SB_CHECK(site_stock_store::advance_sweep(session, at));
  return true;
}

Result<bool> InventoryService::step() {
  Result<bool> did;
  {
    std::lock_guard lock(writing_);
    did = database_.write([&](db::Session& session) { return sweep(session); });
  }
  if (did && *did) on_events_();
  return did;
}

}  // namespace stockbell::commerce
