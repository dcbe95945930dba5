#include "commerce/remote/remote_stock_events.h"

#include <span>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kRowsAtOnce = 200;

std::string rows_of(std::span<const StockObservation> observations) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& seen : observations)
    json.begin_object()
        .key("keys")
        .begin_object()
        .member("SKU", seen.sku)
        .end_object()
        .key("values")
        .begin_object()
        .member("InStock", seen.in_stock)
        .member("ATS", seen.ats)
        .member("ObservedAt", to_rfc3339(seen.observed_at))
        .end_object()
        .end_object();
  json.end_array();
  return std::move(json).str();
}

}  // namespace

Result<> RemoteStockEvents::observe(const std::vector<StockObservation>& observations) {
  const std::span all(observations);
  for (std::size_t at = 0; at < all.size(); at += kRowsAtOnce) {
    const auto rows = all.subspan(at, std::min(kRowsAtOnce, all.size() - at));
    SB_CHECK(engagement_.upsert_rows("Catalog_Stock", rows_of(rows)));
  }
  return {};
}

}  // namespace stockbell::commerce
