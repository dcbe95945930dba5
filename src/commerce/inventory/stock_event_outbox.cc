#include "commerce/inventory/stock_event_outbox.h"

#include <charconv>
#include <unordered_set>

#include "commerce/catalog/online_store.h"
#include "commerce/inventory/inventory_rules.h"
#include "commerce/inventory/inventory_store.h"

namespace stockbell::commerce {
namespace {
constexpr int kEventsAtOnce = 1000;
constexpr auto kToldAt = "told-at";  // setting: ms of the latest observation that was told
}  // namespace

Result<std::vector<StockObservation>> StockEventOutbox::observe(
    db::Session& session, const std::vector<site_stock_store::QueuedEvent>& queued, Time at) {
  std::vector<StockObservation> observations;
  // Engagement keeps one stock for an item: the first site's. The others sell alike (Sites::parse).
  for (const auto& site : std::span(sites_.all()).first(1)) {
    std::vector<std::string> skus;  // in the order of the queue, each once
    std::unordered_set<std::string> seen;
    for (const auto& event : queued)
      if ((event.site.empty() || event.site == site.key) && seen.insert(event.sku).second)
        skus.push_back(event.sku);
    if (skus.empty()) continue;
    SB_TRY(rows, site_stock_store::find(session, site.key, skus));
    SB_TRY(in_stock, site_stock_store::default_in_stock(session, site.key));
    SB_TRY(offline, online_store::list_offline(session, skus));
    for (auto& sku : skus) {
      auto row = rows.find(sku);
      StockLevel level = in_stock ? kPerpetualLevel : StockLevel{};
      if (row != rows.end()) level = row->second.level;
      StockObservation seen_now;
      seen_now.observed_at = row == rows.end() ? at : std::max(at, row->second.changed_at);
      seen_now.in_stock = rings(site, level) && !offline.contains({sku, site.key});
      seen_now.ats = seen_now.in_stock ? units_to_tell(level) : 0;
      seen_now.site = site.key;
      seen_now.sku = std::move(sku);
      observations.push_back(std::move(seen_now));
    }
  }
  return observations;
}

Result<> StockEventOutbox::recall() {
  SB_TRY(text, database_.read([&](db::Session& session) {
    return inventory_store::setting(session, kToldAt);
  }));
  std::int64_t told_at = 0;
  std::from_chars(text.data(), text.data() + text.size(), told_at);
  last_ = from_ms(told_at);
  return {};
}

Result<OutboxStep> StockEventOutbox::step() {
  if (!events_) return OutboxStep{};
  if (!last_) SB_CHECK(recall());
  // Taken before the snapshot: what changes after it has an event of its own.
  const auto at = std::max(clock_.now(), *last_ + Duration(1));
  std::vector<site_stock_store::QueuedEvent> queued;
  SB_TRY(observations,
         database_.read([&](db::Session& session) -> Result<std::vector<StockObservation>> {
           SB_TRY(events, site_stock_store::next_events(session, kEventsAtOnce));
           queued = std::move(events);
           return observe(session, queued, at);
         }));
  if (queued.empty()) return OutboxStep{};
  if (!observations.empty()) SB_CHECK(events_->observe(observations));
  last_ = at;
  const auto written = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(inventory_store::put_setting(session, kToldAt, std::to_string(to_ms(at))));
    return site_stock_store::discard(session, queued);
  });
  SB_CHECK(written);
  return OutboxStep{.more = queued.size() == kEventsAtOnce};
}

}  // namespace stockbell::commerce
