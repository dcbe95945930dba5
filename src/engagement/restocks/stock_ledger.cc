#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

Result<> StockLedger::load() {
  return database_.read([&](db::Session& session) -> Result<> {
    SB_CHECK(restocks_.each_known(
        session, [&](std::string_view sku, const KnownSku& known) { known_.set(sku, known); }));
    return journal_.each(session, [&](const JournalChunk& chunk) {
      written_down_ = true;
      for (const auto& row : chunk.rows) known_.set(row.sku, row.known);
    });
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
  std::vector<KnownFeedRow> rows;
  for (const auto* some : {&changes.changed, &changes.confirmed})
    for (const auto& seen : *some) {
      const auto known = known_.find_known(known_.key_of(seen.sku));
      rows.push_back({seen.sku,
                      {KnownStock{seen.in_stock, seen.ats, seen.observed_at},
                       {known ? known->marks.item_hash : 0, 0}}});
    }
  if (written_down_) {
    const auto nothing_else = [](db::Session&) { return Result<>(); };
    SB_CHECK(append(write_down(changes, rows, {}, source), changes, nothing_else));
  } else {
    const auto save = [&](db::Session& session) -> Result<> {
      SB_CHECK(restocks_.save(session, changes.changed, source));
      SB_CHECK(restocks_.save(session, changes.confirmed, source));
      return store(session, changes, source);
    };
    SB_CHECK(commit(changes, save));
  }
  for (const auto& [sku, known] : rows) known_.set(sku, known);
  if (!written_down_)
    tell(changes);
  else if (on_written_down_)
    on_written_down_();
  return changes.changed.size();
}

StockLedger::Diff StockLedger::diff(std::span<const FeedLine> lines,
                                    std::vector<KnownFeedRow>& rows) const {
  std::vector<StockObservation> told;
  for (const auto& line : lines)
    if (line.stock) told.push_back(*line.stock);
  rows.reserve(lines.size());
  for (const auto& line : lines) {
    auto stock = known_.find(line.sku);
    const auto& seen = line.stock;
    if (seen && (!stock || seen->observed_at > stock->observed_at ||
                 compare(&*stock, *seen) != StockChange::none))
      stock = {seen->in_stock, seen->ats, seen->observed_at};
    rows.push_back({line.sku, {stock, line.marks}});
  }
  return diff(told);
}

Result<> StockLedger::apply_feed(std::span<const FeedLine> lines, const std::string& source,
                                 const Inside& also) {
  if (written_down_) return record_feed(lines, {}, source, also);
  std::lock_guard lock(observing_);
  std::vector<KnownFeedRow> rows;
  const auto changes = diff(lines, rows);
  const auto save = [&](db::Session& session) -> Result<> {
    SB_CHECK(also(session));
    SB_CHECK(restocks_.save_feed_rows(session, rows, source));
    return store(session, changes, source);
  };
  SB_CHECK(commit(changes, save));
  for (const auto& [sku, known] : rows) known_.set(sku, known);
  tell(changes);
  return {};
}

Result<> StockLedger::record_feed(std::span<const FeedLine> lines, const WaitingBySku& waiting,
                                  const std::string& source, const Inside& also) {
  std::lock_guard lock(observing_);
  std::vector<KnownFeedRow> rows;
  const auto changes = diff(lines, rows);
  SB_CHECK(append(write_down(changes, rows, waiting, source), changes, also));
  for (const auto& [sku, known] : rows) known_.set(sku, known);
  if (on_written_down_) on_written_down_();
  return {};
}

std::vector<JournalChunk> StockLedger::write_down(const Diff& changes,
                                                  std::span<const KnownFeedRow> rows,
                                                  const WaitingBySku& waiting,
                                                  const std::string& source) {
  struct Mark {
    StockChange change = StockChange::none;
    bool may_enter = false;
  };
  std::unordered_map<std::string_view, Mark> marks;
  marks.reserve(changes.changed.size());
  for (const auto& seen : changes.changed) marks[seen.sku].change = StockChange::amount;
  for (const auto& seen : changes.opened) marks[seen.sku].change = StockChange::opened;
  for (const auto& seen : changes.closed) marks[seen.sku].change = StockChange::closed;
  for (const auto* skus : {&changes.available_now, &changes.more_units})
    for (const auto& sku : *skus) marks[sku].may_enter = true;
  std::vector<JournalChunk> chunks;
  std::size_t entering = 0;  // by the last chunk
  const auto next_row = [&](const KnownFeedRow& row) -> JournalRow& {
    if (chunks.empty() || chunks.back().rows.size() == kJournalRows ||
        entering >= kJournalEntries) {
      chunks.push_back({0, source, clock_.now(), {}});
      entering = 0;
    }
    return chunks.back().rows.emplace_back(JournalRow{row.sku, row.known});
  };
  for (const auto& known : rows) {
    auto* row = &next_row(known);
    const auto mark = marks.find(known.sku);
    if (mark == marks.end()) continue;
    row->change = mark->second.change;
    row->may_enter = mark->second.may_enter;
    const auto who = waiting.find(known.sku);
    if (row->change != StockChange::opened || who == waiting.end()) continue;
    for (auto left = who->second;;) {
      const auto some = left.first(std::min(left.size(), kJournalEntries - entering));
      row->waiting.assign(some.begin(), some.end());
      entering += some.size();
      left = left.subspan(some.size());
      if (left.empty()) break;
      row = &next_row(known);
    }
  }
  return chunks;
}

Result<> StockLedger::append(std::span<const JournalChunk> chunks, const Diff& changes,
                             const Inside& also) {
  const auto save = [&](db::Session& session) -> Result<> {
    SB_CHECK(also(session));
    for (const auto& chunk : chunks) SB_CHECK(journal_.append(session, chunk));
    return {};
  };
  SB_CHECK(commit(changes, save));
  written_down_ = true;
  return {};
}

Result<bool> StockLedger::carry_out() {
  if (!written_down_) return false;
  JournalChunk chunk;
  const auto next = [&](db::Session& session) -> Result<bool> {
    SB_TRY(oldest, journal_.find_oldest(session));
    if (!oldest) return false;
    chunk = std::move(*oldest);
    SB_CHECK(carry_out(session, chunk));
    SB_CHECK(journal_.erase(session, chunk.id));
    return true;
  };
  SB_TRY(one, database_.write(next));
  if (one) {
    Diff done;  // what is not told before it is in the tables
    for (auto& row : chunk.rows) {
      if (row.change == StockChange::closed) done.sold_out_now.push_back(row.sku);
      if (row.may_enter) done.available_now.push_back(std::move(row.sku));
    }
    tell(done);
    return true;
  }
  // Nobody may write down more between the look and the word that nothing is left.
  std::lock_guard lock(observing_);
  SB_TRY(late, database_.read([&](db::Session& session) { return journal_.find_oldest(session); }));
  written_down_ = late.has_value();
  return late.has_value();
}

Result<> StockLedger::carry_out(db::Session& session, const JournalChunk& chunk) {
  std::vector<KnownFeedRow> rows;
  Diff changes;
  for (const auto& row : chunk.rows) {
    rows.push_back({row.sku, row.known});
    if (row.change == StockChange::none) continue;
    const auto& stock = *row.known.stock;
    changes.changed.push_back({row.sku, stock.in_stock, stock.ats, stock.observed_at});
    if (row.change == StockChange::opened) changes.opened.push_back(changes.changed.back());
    if (row.change != StockChange::closed) continue;
    changes.closed.push_back(changes.changed.back());
    changes.sold_out_now.push_back(row.sku);
  }
  SB_CHECK(restocks_.save_feed_rows(session, rows, chunk.source));
  SB_CHECK(store(session, changes, chunk.source));
  std::vector<RecordedRestock> recorded;
  for (const auto& row : chunk.rows) {
    if (row.waiting.empty() || !known_.available(row.sku)) continue;  // sold out again meanwhile
    SB_TRY(restock, restocks_.find_open(session, row.sku));           // none: a rule holds it
    if (restock) recorded.push_back({std::move(*restock), row.waiting});
  }
  return recorded.empty() || !enter_ ? Result<>() : enter_(session, recorded);
}

Result<> StockLedger::commit(const Diff& changes, const Save& save) {
  // Sold out counts from now on, before it is on disk: no message may leave meanwhile.
  for (const auto& seen : changes.closed)
    known_.set_stock(seen.sku, {false, seen.ats, seen.observed_at});
  auto stored = database_.write(save);
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
