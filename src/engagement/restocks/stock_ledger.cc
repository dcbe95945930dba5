#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

Result<> StockLedger::load() {
  return database_.read([&](db::Session& session) {
    return restocks_.each_known(
        session, [&](std::string_view sku, const KnownSku& known) { known_.set(sku, known); });
  });
}

StockLedger::Diff StockLedger::diff(std::span<const StockObservation> observations) const {
  // Several words about one SKU in a group: only the newest, by time and then by place, is
  // compared.
  std::unordered_map<std::string, const StockObservation*> newest;
  for (const auto& seen : observations) {
    auto& slot = newest[seen.sku];
    if (!slot || seen.observed_at >= slot->observed_at) slot = &seen;
  }
  Diff diff;
  for (const auto& seen : observations) {
    if (newest[seen.sku] != &seen) continue;
    const auto known = known_.find(seen.sku);
    const auto change = compare(known ? &*known : nullptr, seen);
    if (change == StockChange::none) {
      // Otherwise a feed of a time between the two would undo it.
      if (known && seen.observed_at > known->observed_at) diff.confirmed.push_back(seen);
      continue;
    }
    diff.changed.push_back(seen);
    if (change == StockChange::opened) diff.opened.push_back(seen);
    if (change == StockChange::closed) {
      diff.closed.push_back(seen);
      diff.sold_out_now.push_back(seen.sku);
      diff.before_closing.emplace_back(seen.sku, *known_.find_known(known_.key_of(seen.sku)));
    }
    // A word about what a rule holds may be the one that opens its restock.
    if (seen.in_stock && (!known || !known->in_stock || gate_.may_be_held(seen.sku)))
      diff.available_now.push_back(seen.sku);
    else if (on_more_units_ && seen.in_stock && seen.ats > known->ats &&
             gate_.counts(seen.sku, seen.ats - known->ats))
      diff.more_units.push_back(seen.sku);
  }
  return diff;
}

Result<std::size_t> StockLedger::observe(std::span<const StockObservation> observations,
                                         const std::string& source) {
  std::lock_guard lock(observing_);
  const auto changes = diff(observations);
  if (changes.changed.empty() && changes.confirmed.empty()) return std::size_t{0};
  const auto save = [&](db::Session& session) -> Result<> {
    SB_CHECK(restocks_.save(session, changes.changed, source));
    return restocks_.save(session, changes.confirmed, source);
  };
  SB_CHECK(commit(changes, source, save));
  for (const auto* some : {&changes.changed, &changes.confirmed})
    for (const auto& seen : *some)
      known_.set_stock(seen.sku, {seen.in_stock, seen.ats, seen.observed_at});
  tell(changes);
  return changes.changed.size();
}

Result<> StockLedger::apply_feed(std::span<const FeedLine> lines, const std::string& source,
                                 const Inside& also) {
  std::lock_guard lock(observing_);
  std::vector<StockObservation> told;
  for (const auto& line : lines)
    if (line.stock) told.push_back(*line.stock);
  const auto changes = diff(told);
  std::vector<KnownFeedRow> rows;
  rows.reserve(lines.size());
  for (const auto& line : lines) {
    auto stock = known_.find(line.sku);
    const auto& seen = line.stock;
    if (seen && (!stock || seen->observed_at > stock->observed_at ||
                 compare(&*stock, *seen) != StockChange::none))
      stock = {seen->in_stock, seen->ats, seen->observed_at};
    rows.push_back({line.sku, {stock, line.marks}});
  }
  const auto save = [&](db::Session& session) -> Result<> {
    SB_CHECK(also(session));
    return restocks_.save_feed_rows(session, rows, source);
  };
  SB_CHECK(commit(changes, source, save));
  for (const auto& [sku, known] : rows) known_.set(sku, known);
  tell(changes);
  return {};
}

Result<> StockLedger::commit(const Diff& changes, const std::string& source, const Save& save) {
  // Sold out counts from now on, before it is on disk: no message may leave meanwhile.
  for (const auto& seen : changes.closed)
    known_.set_stock(seen.sku, {false, seen.ats, seen.observed_at});
  auto stored = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(save(session));
    return store(session, changes, source);
  });
  if (stored) return {};
  for (const auto& [sku, known] : changes.before_closing) known_.set(sku, known);
  return std::unexpected(std::move(stored).error());
}

Result<> StockLedger::store(db::Session& session, const Diff& changes, const std::string& source) {
  const auto now = clock_.now();
  SB_TRY(opened, gate_.take(session, {changes.changed, changes.opened, changes.closed}, source));
  SB_CHECK(restocks_.open(session, opened));
  for (const auto& seen : changes.closed) SB_CHECK(restocks_.close(session, seen.sku, now));
  if (changes.sold_out_now.empty()) return {};
  return sold_out_(session, changes.sold_out_now);
}

void StockLedger::tell(const Diff& changes) const {
  if (!changes.sold_out_now.empty() && on_sold_out_) on_sold_out_(changes.sold_out_now);
  if (!changes.available_now.empty() && on_available_) on_available_(changes.available_now);
  if (!changes.more_units.empty() && on_more_units_) on_more_units_(changes.more_units);
}

}  // namespace stockbell::engagement
