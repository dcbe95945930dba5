#include "commerce/inventory/site_levels.h"

#include "commerce/catalog/catalog_store.h"
#include "commerce/catalog/online_store.h"
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/inventory_store.h"

namespace stockbell::commerce {
namespace {

// `skus`, and whatever stands in a group with one of them.
std::vector<std::string> with_groups(const std::vector<std::string>& skus,
                                     const std::vector<ProductGroup>& groups) {
  if (groups.empty()) return skus;
  std::set<std::string> all(skus.begin(), skus.end());
  for (const auto& group : groups) {
    all.insert(group.id);
    for (const auto& member : group.members) all.insert(member.sku);
  }
  return {all.begin(), all.end()};
}

}  // namespace

bool default_of(const Site& site, const std::map<std::string, InventoryList>& lists) {
  return std::ranges::any_of(site.inventory_lists, [&](const std::string& id) {
    auto list = lists.find(id);
    return list != lists.end() && list->second.default_in_stock;
  });
}

Result<> SiteLevels::load_lists() {
  if (lists_loaded_) return {};
  SB_TRY(lists, inventory_store::lists(session_));
  lists_ = std::move(lists);
  lists_loaded_ = true;
  return {};
}

Result<std::map<std::string, StockLevel>> SiteLevels::of(const Site& site,
                                                         const std::vector<std::string>& skus) {
  SB_CHECK(load_lists());
  SB_TRY(groups, catalog_store::groups_of(session_, skus));
  const auto all = with_groups(skus, groups);
  SB_TRY(records, inventory_store::find(session_, site.inventory_lists, all));

  std::map<std::string, StockLevel> own;
  std::set<std::string> with_record;
  std::vector<ListView> views(site.inventory_lists.size());
  bool own_only = false;
  for (const auto& sku : all) {
    for (std::size_t i = 0; i < views.size(); ++i) {
      const auto& id = site.inventory_lists[i];
      auto record = records.find({id, sku});
      auto list = lists_.find(id);
      views[i] = {record == records.end() ? nullptr : &record->second.record,
                  list != lists_.end() && list->second.default_in_stock};
      if (views[i].record) with_record.insert(sku);
      if (list != lists_.end() && list->second.use_bundle_inventory_only) own_only = true;
    }
    own.emplace(sku, site_level(site, views));
  }

  std::map<std::string, StockLevel> levels;
  for (const auto& sku : skus) levels[sku] = own.at(sku);
  if (groups.empty()) return levels;
  SB_TRY(offline, online_store::list_offline(session_, all));
  for (const auto& group : groups) {
    std::vector<BundlePart> parts;
    std::vector<StockLevel> members;
    for (const auto& member : group.members) {
      const bool sold = !offline.contains({member.sku, site.key});
      members.push_back(sold ? own.at(member.sku) : StockLevel{});
      parts.push_back({members.back(), member.quantity});
    }
    std::optional<StockLevel> record;
    if (own_only || with_record.contains(group.id)) record = own.at(group.id);
    levels[group.id] = group.kind == ProductGroup::Kind::set
                           ? any_of(members)
                           : bundle_level(parts, record, own_only);
  }
  return levels;
}

Result<std::int64_t> SiteLevels::refresh(const Site& site, const std::vector<std::string>& skus,
                                         Absent absent, bool default_before) {
  if (skus.empty()) return 0;
  SB_TRY(levels, of(site, skus));
  std::vector<std::string> asked;
  for (const auto& [sku, level] : levels) asked.push_back(sku);
  SB_TRY(rows, site_stock_store::find(session_, site.key, asked));
  if (sequence_ < 0) {
    SB_TRY(last, site_stock_store::last_sequence(session_));
    first_sequence_ = sequence_ = last;
  }
  const auto before = default_before ? kPerpetualLevel : StockLevel{};
  std::vector<site_stock_store::SiteStock> changed;
  std::vector<std::string> told;
  for (const auto& [sku, level] : levels) {
    auto row = rows.find(sku);
    const bool is_new = row == rows.end();
    const bool by_rule = level.availability == Availability::preorder ||
                         level.availability == Availability::backorder;
    if (is_new && absent == Absent::tell_if_not_default && level == before) continue;
    if (!is_new && row->second.level == level) {
      if (absent == Absent::tell_if_not_default && by_rule) told.push_back(sku);
      continue;
    }
    changed.push_back({sku, level, now_, ++sequence_});
    // What can be ordered beside the stock says nothing new of an item that is in stock.
    const bool same_stock = !is_new && level.in_stock() && row->second.level.in_stock() &&
                            row->second.level.ats == level.ats;
    if (!same_stock) told.push_back(sku);
  }
  SB_CHECK(site_stock_store::upsert(session_, site.key, changed));
  SB_CHECK(site_stock_store::queue(session_, ids_, site.key, told, now_));
  return static_cast<std::int64_t>(told.size());
}

Result<> SiteLevels::finish() {
  if (sequence_ == first_sequence_) return {};
  return site_stock_store::put_last_sequence(session_, sequence_);
}

}  // namespace stockbell::commerce
