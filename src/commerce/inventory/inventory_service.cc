#include "commerce/inventory/inventory_service.h"

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/site_levels.h"

namespace stockbell::commerce {
namespace {

using inventory_store::RecordKey;
using inventory_store::StoredRecord;

std::vector<std::string> as_list(const std::set<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// The records a batch speaks of, before and after it.
class Batch {
 public:
  // `lists`: what the lists that the changes name are here.
  Batch(const std::vector<StockChange>& changes, const std::string& default_list,
        const std::map<std::string, std::string>& lists)
      : changes_(changes), default_list_(default_list), here_(lists) {
    for (const auto& change : changes) {
      lists_.insert(list_of(change));
      skus_.insert(change.sku);
    }
  }
  std::vector<std::string> lists() const { return as_list(lists_); }
  std::vector<std::string> skus() const { return as_list(skus_); }

  void run(std::map<RecordKey, StoredRecord> stored, Time now) {
    stored_ = std::move(stored);
    for (const auto& change : changes_) take(change, now);
  }

  struct Writes {
    std::vector<StoredRecord> upserts;
    std::vector<RecordKey> removals;
    std::map<std::string, std::set<std::string>> skus_by_list;
    std::int64_t count() const {
      return static_cast<std::int64_t>(upserts.size() + removals.size());
    }
  };
  Writes writes(Time now) const {
    Writes writes;
    for (const auto& [key, next] : next_) {
      auto before = stored_.find(key);
      const bool was = before != stored_.end();
      if (!next.record && !was) continue;
      if (next.record && was && same(before->second.record, next)) continue;
      if (next.record)
        writes.upserts.push_back({*next.record, was ? before->second.created_at : now, now});
      else
        writes.removals.push_back(key);
      writes.skus_by_list[key.first].insert(key.second);
    }
    return writes;
  }
  std::vector<RefusedRow>& refused() { return refused_; }

 private:
  struct Next {
    std::optional<StockRecord> record;  // empty: it goes
    bool time_stated = false;
  };

  const std::string& list_of(const StockChange& change) const {
    return change.list.empty() ? default_list_ : here_.at(change.list);
  }
  // A time that nobody stated is not news.
  static bool same(const StockRecord& before, const Next& next) {
    auto compared = *next.record;
    if (!next.time_stated) compared.allocated_at = before.allocated_at;
    return compared == before;
  }

  void take(const StockChange& change, Time now) {
    RecordKey key(list_of(change), change.sku);
    auto pending = next_.find(key);
    const StockRecord* current = nullptr;
    if (pending != next_.end()) {
      if (pending->second.record) current = &*pending->second.record;
    } else if (auto found = stored_.find(key); found != stored_.end()) {
      current = &found->second.record;
    }
    if (auto why = stale(change, current, now)) {
      refused_.push_back({change.line, std::string(why->reason), std::string(why->message)});
      return;
    }
    if (change.only_existing && !current) {
      refused_.push_back({change.line, "record-unknown", "there is no such record to update"});
      return;
    }
    auto& next = next_[key];
    if (change.remove) {
      next.record.reset();
      return;
    }
    auto record = changed_record(change, current, now);
    record.list = key.first;
    next.time_stated = next.time_stated || change.allocated_at.has_value();
    next.record = std::move(record);
  }

  const std::vector<StockChange>& changes_;
  const std::string& default_list_;
  const std::map<std::string, std::string>& here_;
  std::set<std::string> lists_, skus_;
  std::map<RecordKey, StoredRecord> stored_;
  std::map<RecordKey, Next> next_;
  std::vector<RefusedRow> refused_;
};

constexpr auto kAdoptedList = "adopted-list";  // setting

}  // namespace

bool InventoryService::adopts() const {
  static const Site kUnconfigured;
  return sites_.all().size() == 1 && sites_.main().inventory_lists == kUnconfigured.inventory_lists;
}

Result<std::string> InventoryService::list_here(db::Session& session, const std::string& named) {
  if (!adopts() || named == default_list()) return named;
  SB_TRY(adopted, inventory_store::setting(session, kAdoptedList));
  return named == adopted ? default_list() : named;
}

Result<std::string> InventoryService::list_here(const std::string& named) {
  if (!adopts() || named == default_list()) return named;
  return database_.read([&](db::Session& session) { return list_here(session, named); });
}

Result<> InventoryService::adopt_list(const std::string& named) {
  if (!adopts() || named == default_list()) return {};
  std::lock_guard lock(writing_);
  return database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(adopted, inventory_store::setting(session, kAdoptedList));
    if (!adopted.empty()) return {};
    return inventory_store::put_setting(session, kAdoptedList, named);
  });
}

Result<std::int64_t> InventoryService::apply(const std::vector<StockChange>& changes,
                                             ImportTally& tally) {
  std::vector<RefusedRow> refused;
  std::int64_t changed = 0, told = 0;
  {
    std::lock_guard lock(writing_);
    auto now = clock_.now();
    auto written = database_.write([&](db::Session& session) -> Result<> {
      std::map<std::string, std::string> here;  // the unit may run again
      for (const auto& change : changes) {
        if (change.list.empty() || here.contains(change.list)) continue;
        SB_TRY(list, list_here(session, change.list));
        here.emplace(change.list, std::move(list));
      }
      Batch batch(changes, default_list(), here);
      SB_TRY(stored, inventory_store::find(session, batch.lists(), batch.skus()));
      batch.run(std::move(stored), now);
      auto writes = batch.writes(now);
      SB_CHECK(inventory_store::upsert(session, writes.upserts));
      SB_CHECK(inventory_store::remove(session, writes.removals));
      told = 0;
      SiteLevels levels(session, ids_, now);
      for (const auto& site : sites_.all()) {
        std::set<std::string> skus;
        for (const auto& list : site.inventory_lists)
          if (auto in_list = writes.skus_by_list.find(list); in_list != writes.skus_by_list.end())
            skus.insert(in_list->second.begin(), in_list->second.end());
        SB_TRY(site_told, levels.refresh(site, as_list(skus)));
        told += site_told;
      }
      SB_CHECK(levels.finish());
      changed = writes.count();
      refused = std::move(batch.refused());
      return {};
    });
    if (!written) return fail(std::move(written).error());
  }
  for (auto& row : refused) tally.refuse(row.line, std::move(row.reason), std::move(row.message));
  if (told > 0) on_events_();
  return changed;
}

Result<> InventoryService::change(const Unit& unit) {
  bool touched = false;
  {
    std::lock_guard lock(writing_);
    auto now = clock_.now();
    auto written = database_.write([&](db::Session& session) -> Result<> {
      SB_TRY(effect, unit(session));
      std::set<std::string> skus(effect.online_changed.begin(), effect.online_changed.end());
      skus.insert(effect.groups_changed.begin(), effect.groups_changed.end());
      touched = !skus.empty();
      if (!touched) return {};
      SiteLevels levels(session, ids_, now);
      for (const auto& site : sites_.all()) {
        SB_TRY(in_stock, site_stock_store::default_in_stock(session, site.key));
        SB_CHECK(
            levels.refresh(site, as_list(skus), SiteLevels::Absent::tell_if_not_default, in_stock));
      }
      SB_CHECK(levels.finish());
      return site_stock_store::queue(session, ids_, "", effect.online_changed, now);
    });
    if (!written) return written;
  }
  if (touched) on_events_();
  return {};
}

Result<StockLevel> InventoryService::set(const StockChange& change, const Site& site) {
  SB_TRY(known,
         database_.read([&](db::Session& s) { return catalog_store::sku_exists(s, change.sku); }));
  if (!known)
    return fail(ErrorCode::not_found, "sku-unknown", "the catalog has no such SKU", "sku");
  ImportTally tally;
  SB_CHECK(apply({change}, tally));
  if (!tally.refused.empty())
    return fail(ErrorCode::conflict, tally.refused.front().reason, tally.refused.front().message);
  SB_TRY(items, availability(site, {change.sku}));
  return items.front().level;
}

Result<std::vector<InventoryService::Item>> InventoryService::availability(
    const Site& site, const std::vector<std::string>& skus) {
  return database_.read([&](db::Session& session) -> Result<std::vector<Item>> {
    SB_TRY(rows, site_stock_store::find(session, site.key, skus));
    SB_TRY(in_stock, site_stock_store::default_in_stock(session, site.key));
    std::vector<Item> items;
    for (const auto& sku : skus) {
      auto row = rows.find(sku);
      auto without_row = in_stock ? kPerpetualLevel : StockLevel{};
      items.push_back({sku, row == rows.end() ? without_row : row->second.level});
    }
    return items;
  });
}

}  // namespace stockbell::commerce
