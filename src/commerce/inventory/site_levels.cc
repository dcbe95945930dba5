#include "commerce/inventory/site_levels.h"

#include <functional>

#include "commerce/catalog/catalog_store.h"
#include "commerce/catalog/online_store.h"
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/inventory_store.h"

namespace stockbell::commerce {
namespace {

// The groups that a change of some SKUs touches, and what decides their stock.
struct Groups {
  std::vector<ProductGroup> touched;  // with those that have such a group as a member
  std::vector<ProductGroup> inner;    // members of the former
  std::map<std::string, std::vector<std::string>> variants;  // of the masters in bundles
};

Result<Groups> find_groups(db::Session& session, const std::vector<std::string>& skus) {
  Groups groups;
  SB_TRY(direct, catalog_store::groups_of(session, skus));
  if (direct.empty()) return groups;
  std::vector<std::string> ids;
  for (const auto& group : direct) ids.push_back(group.id);
  SB_TRY(touched, catalog_store::groups_of(session, ids));
  groups.touched = std::move(touched);
  std::set<std::string> members;
  for (const auto& group : groups.touched)
    for (const auto& member : group.members) members.insert(member.sku);
  for (const auto& group : groups.touched) members.erase(group.id);
  SB_TRY(around, catalog_store::groups_of(session, {members.begin(), members.end()}));
  for (auto& group : around)
    if (members.contains(group.id)) groups.inner.push_back(std::move(group));
  std::set<std::string> parts;
  for (const auto* some : {&groups.touched, &groups.inner})
    for (const auto& group : *some)
      if (group.kind == ProductGroup::Kind::bundle)
        for (const auto& member : group.members) parts.insert(member.sku);
  SB_TRY(variants, catalog_store::variants_of(session, {parts.begin(), parts.end()}));
  groups.variants = std::move(variants);
  return groups;
}

// `skus`, and whatever stands in a group with one of them.
std::vector<std::string> with_groups(const std::vector<std::string>& skus, const Groups& groups) {
  if (groups.touched.empty()) return skus;
  std::set<std::string> all(skus.begin(), skus.end());
  for (const auto* some : {&groups.touched, &groups.inner})
    for (const auto& group : *some) {
      all.insert(group.id);
      for (const auto& member : group.members) all.insert(member.sku);
    }
  for (const auto& [master, variants] : groups.variants)
    all.insert(variants.begin(), variants.end());
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
  SB_TRY(groups, find_groups(session_, skus));
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
  if (groups.touched.empty()) return levels;
  SB_TRY(offline, online_store::list_offline(session_, all));
  std::map<std::string, const ProductGroup*> by_id;
  for (const auto* some : {&groups.touched, &groups.inner})
    for (const auto& group : *some) by_id[group.id] = &group;
  // A group in a group counts by its members; deeper ones by their own records.
  std::function<StockLevel(const ProductGroup&, bool)> level_of;
  const auto of_member = [&](const Member& member, bool nested) {
    if (const auto group = by_id.find(member.sku); !nested && group != by_id.end())
      return level_of(*group->second, true);
    const auto master = groups.variants.find(member.sku);
    if (master == groups.variants.end()) return own.at(member.sku);
    std::vector<StockLevel> variants;
    for (const auto& variant : master->second) variants.push_back(own.at(variant));
    return any_of(variants);
  };
  level_of = [&](const ProductGroup& group, bool nested) {
    const bool is_set = group.kind == ProductGroup::Kind::set;
    std::vector<BundlePart> parts;
    std::vector<StockLevel> members;
    for (const auto& member : group.members) {
      if (member.sku == group.id) continue;  // a flaw of the file: no group holds itself
      // What is sold in the bundle only is offline by itself.
      const bool out = is_set ? offline.contains({member.sku, site.key}) : member.removed;
      members.push_back(out ? StockLevel{} : of_member(member, nested));
      parts.push_back({members.back(), member.quantity});
    }
    if (is_set) return any_of(members);
    std::optional<StockLevel> record;
    if (own_only || with_record.contains(group.id)) record = own.at(group.id);
    return bundle_level(parts, record, own_only);
  };
  for (const auto& group : groups.touched) levels[group.id] = level_of(group, false);
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
    // Whoever hears of two states, in whatever order, knows the later one: by a clock that was put
    // back, and within one millisecond.
    const auto at = is_new ? now_ : std::max(now_, row->second.changed_at + Duration(1));
    changed.push_back({sku, level, at, ++sequence_});
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
