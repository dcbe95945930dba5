#include "commerce/inventory/stock_event_outbox.h"

namespace stockbell::commerce {
namespace {
constexpr int kEventsAtOnce = 1000;
}

Result<OutboxStep> hand_over_stock_events(db::Database& database, StockEvents& events) {
  SB_TRY(queued, database.read([](db::Session& session) {
    return inventory_store::next_events(session, kEventsAtOnce);
  }));
  if (queued.empty()) return OutboxStep{};
  std::vector<StockObservation> observations;
  for (const auto& event : queued) observations.push_back(event.observation);
  SB_CHECK(events.observe(observations));
  auto last = queued.back().id;
  SB_CHECK(database.write([&](db::Session& session) {
    return inventory_store::discard_events_through(session, last);
  }));
  return OutboxStep{.more = queued.size() == kEventsAtOnce};
}

}  // namespace stockbell::commerce
