#include "commerce/catalog/catalog_service.h"

#include <set>

#include "commerce/catalog/online_store.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr int kProductsAtOnce = 1000;
// A step at least this often, so that a clock that is set does not put a date off.
constexpr std::chrono::milliseconds kLongestSleep{60'000};

std::vector<std::string> touched(const catalog_store::CatalogChanges& changes) {
  std::set<std::string> ids(changes.removed.begin(), changes.removed.end());
  for (const auto& product : changes.products) ids.insert(product.id);
  for (const auto& variation : changes.variations) ids.insert(variation.sku);
  return {ids.begin(), ids.end()};
}

// What goes or gets another master: the groups that have it, or its master, get other members.
std::vector<std::string> moved(const catalog_store::CatalogChanges& changes) {
  std::set<std::string> ids(changes.removed.begin(), changes.removed.end());
  for (const auto& variation : changes.variations) ids.insert({variation.master, variation.sku});
  return {ids.begin(), ids.end()};
}

}  // namespace

CatalogService::CatalogService(db::Database& database, const Clock& clock, Random& random,
                               SellableStock& stock, std::vector<std::string> sites)
    : database_(database),
      clock_(clock),
      stock_(stock),
      sites_(std::move(sites)),
      worker_("online-dates", [this] { return pass_dates(); }, random) {}

Result<std::int64_t> CatalogService::apply(const catalog_store::CatalogChanges& changes) {
  std::int64_t changed = 0;
  const SellableStock::Unit unit = [&](db::Session& session) -> Result<CatalogEffect> {
    CatalogEffect effect;
    SB_TRY(rows, apply(session, changes, effect));
    changed = rows;
    return effect;
  };
  SB_CHECK(stock_.change(unit));
  worker_.wake();  // a date may have come that is earlier than the one it sleeps until
  return changed;
}

Result<std::int64_t> CatalogService::apply(db::Session& session,
                                           const catalog_store::CatalogChanges& changes,
                                           CatalogEffect& effect) {
  SB_TRY(groups, catalog_store::groups_of(session, moved(changes)));
  // Asked before they are forgotten: the variants of a removed master are items of their own then.
  auto ids = touched(changes);
  SB_TRY(orphans, online_store::items_under(session, changes.removed));
  ids.insert(ids.end(), orphans.begin(), orphans.end());
  SB_TRY(rows, catalog_store::apply(session, changes));
  SB_TRY(skus, online_store::derive(session, ids, sites_, clock_.now()));
  effect.online_changed.insert(effect.online_changed.end(), skus.begin(), skus.end());
  for (const auto& product : changes.products)
    if (product.set_members || product.bundle_members) effect.groups_changed.push_back(product.id);
  for (const auto& group : groups) effect.groups_changed.push_back(group.id);
  return rows;
}

Result<bool> CatalogService::item_exists(const std::string& sku) {
  return database_.read([&](db::Session& s) { return catalog_store::sku_exists(s, sku); });
}

void CatalogService::start() { worker_.start(); }

Result<OutboxStep> CatalogService::pass_dates() {
  SB_CHECK(follow_sites());
  const auto now = clock_.now();
  std::size_t passed = 0;
  SB_TRY(next, database_.read([](db::Session& s) { return online_store::next_boundary(s); }));
  const SellableStock::Unit pass = [&](db::Session& session) -> Result<CatalogEffect> {
    SB_TRY(ids, online_store::take_passed(session, now, kProductsAtOnce));
    passed = ids.size();
    SB_TRY(skus, online_store::derive(session, ids, sites_, now));
    return CatalogEffect{std::move(skus), {}};
  };
  if (next && *next <= now) SB_CHECK(stock_.change(pass));
  if (passed == kProductsAtOnce) return OutboxStep{.more = true};
  if (passed > 0) {
    SB_TRY(after, database_.read([](db::Session& s) { return online_store::next_boundary(s); }));
    next = after;
  }
  if (!next) return OutboxStep{};
  return OutboxStep{.later = std::clamp(*next - clock_.now(), Duration(1), kLongestSleep)};
}

// A site that was added sells by the products' own flags and dates; until its rows are derived it
// would sell what is offline.
Result<> CatalogService::follow_sites() {
  std::lock_guard lock(following_);
  if (sites_followed_) return {};
  text::JsonWriter list;
  list.begin_array();
  for (const auto& site : std::set(sites_.begin(), sites_.end())) list.value(site);
  list.end_array();
  SB_TRY(known, database_.read([](db::Session& s) { return online_store::derived_sites(s); }));
  std::vector<std::string> ids;
  std::string after;
  bool last = known == list.str();
  const SellableStock::Unit follow = [&](db::Session& session) -> Result<CatalogEffect> {
    SB_TRY(found, online_store::products_after(session, after, kProductsAtOnce));
    ids = found;
    last = ids.size() < kProductsAtOnce;
    SB_TRY(skus, online_store::derive(session, ids, sites_, clock_.now()));
    if (last) SB_CHECK(online_store::put_derived_sites(session, list.str()));
    return CatalogEffect{std::move(skus), {}};
  };
  while (!last) {
    SB_CHECK(stock_.change(follow));
    if (!ids.empty()) after = ids.back();
  }
  sites_followed_ = true;
  return {};
}

}  // namespace stockbell::commerce
