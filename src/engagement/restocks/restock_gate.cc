#include "engagement/restocks/restock_gate.h"

#include <algorithm>

namespace stockbell::engagement {
namespace {
constexpr std::size_t kPage = 500;
}

Result<> RestockGate::load() {
  std::unordered_set<std::size_t> held;
  std::vector<std::string> changed;
  auto loaded = database_.read([&](db::Session& session) {
    return held_rows_.each_active(session, [&](const HeldRestock& one) {
      held.insert(std::hash<std::string>()(one.sku));
      // Without its last restock a cool-down cannot be judged here: run() does.
      const auto& rule = rules_.rule_for(one.sku);
      const auto now = judge(rule, {one.since, one.units, one.largest, {}}, clock_.now());
      if (now != one.hold) changed.push_back(one.sku);
    });
  });
  std::lock_guard lock(mutex_);
  held_ = std::move(held);
  changed_rules_ = std::move(changed);
  return loaded;
}

bool RestockGate::holds_any() const {
  std::lock_guard lock(mutex_);
  return !held_.empty();
}

bool RestockGate::may_be_held(const std::string& sku) const {
  std::lock_guard lock(mutex_);
  return held_.contains(std::hash<std::string>()(sku));
}

// Also where the transaction then fails: to be looked up for nothing does no harm.
void RestockGate::note_held(const std::string& sku) {
  std::lock_guard lock(mutex_);
  held_.insert(std::hash<std::string>()(sku));
}

Result<std::optional<Hold>> RestockGate::judge_sku(db::Session& session, const std::string& sku,
                                                   ComeBack back) {
  const auto& rule = rules_.rule_for(sku);
  if (!rule.asks()) return std::optional<Hold>();
  if (rule.cool_down.count() > 0) {
    SB_TRY(last, restocks_.last_opened(session, sku));
    back.last_restock = last;
  }
  return judge(rule, back, clock_.now());
}

HeldRestock RestockGate::held_row(const std::string& sku, const ComeBack& back, const Hold& hold,
                                  const std::string& source) {
  note_held(sku);
  return {ids_.next(), sku, back.since, back.units, back.largest, source, hold, clock_.now()};
}

Result<std::vector<Restock>> RestockGate::take(db::Session& session, const StockWords& words,
                                               const std::string& source) {
  std::vector<Restock> open;
  open.reserve(words.opened.size());
  std::vector<HeldRestock> held;
  const auto now = clock_.now();
  const bool any_held = holds_any();
  if (any_held)
    for (const auto& seen : words.closed)
      if (may_be_held(seen.sku))
        SB_CHECK(held_rows_.end(session, seen.sku, now, HoldOutcome::sold_out));
  std::unordered_set<std::string_view> edges;
  for (const auto& seen : words.opened) {
    SB_TRY(restock, take_edge(session, seen, source, held));
    if (restock) open.push_back(std::move(*restock));
    if (any_held) edges.insert(seen.sku);
  }
  if (!held.empty()) SB_CHECK(held_rows_.add(session, held));
  if (!any_held) return open;
  for (const auto& seen : words.changed) {
    if (!seen.in_stock || !may_be_held(seen.sku) || edges.contains(seen.sku)) continue;
    SB_TRY(before, held_rows_.find_active(session, seen.sku));
    if (!before) continue;
    SB_TRY(restock, look_again(session, std::move(*before), seen.ats));
    if (restock) open.push_back(std::move(*restock));
  }
  return open;
}

Result<std::optional<Restock>> RestockGate::take_edge(db::Session& session,
                                                      const StockObservation& seen,
                                                      const std::string& source,
                                                      std::vector<HeldRestock>& held) {
  const auto now = clock_.now();
  // Where the word is of an earlier time, the item has been there since then.
  const ComeBack back{std::min(seen.observed_at, now), seen.ats, seen.ats, {}};
  SB_TRY(hold, judge_sku(session, seen.sku, back));
  if (hold) {
    held.push_back(held_row(seen.sku, back, *hold, source));
    return std::optional<Restock>();
  }
  return std::optional(Restock{ids_.make<RestockId>(), seen.sku, seen.ats, source, now});
}

Result<std::optional<Restock>> RestockGate::look_again(db::Session& session, HeldRestock held,
                                                       std::int64_t units) {
  const auto now = clock_.now();
  const auto before = held;
  held.largest = std::max(held.largest, units - held.units);
  held.units = units;
  const ComeBack back{held.since, units, held.largest, {}};
  SB_TRY(hold, judge_sku(session, held.sku, back));
  if (!hold) {
    SB_CHECK(held_rows_.end(session, held.sku, now, HoldOutcome::opened));
    return std::optional(Restock{ids_.make<RestockId>(), held.sku, units, held.source, now});
  }
  if (hold->why == before.hold.why) {
    if (*hold == before.hold && units == before.units) return std::optional<Restock>();
    held.hold = *hold;
    SB_CHECK(held_rows_.set_units(session, held));
    return std::optional<Restock>();
  }
  SB_CHECK(held_rows_.end(session, held.sku, now, HoldOutcome::changed));
  const auto row = held_row(held.sku, back, *hold, held.source);
  SB_CHECK(held_rows_.add(session, {&row, 1}));
  return std::optional<Restock>();
}

Result<bool> RestockGate::holds(db::Session& session, const std::string& sku) {
  if (!may_be_held(sku)) return false;
  SB_TRY(held, held_rows_.find_active(session, sku));
  return held.has_value();
}

Result<std::optional<Restock>> RestockGate::restock_of(db::Session& session, const std::string& sku,
                                                       std::int64_t units) {
  SB_TRY(open, restocks_.find_open(session, sku));
  if (open) return std::move(open);
  SB_TRY(held, holds(session, sku));
  if (held) return std::optional<Restock>();
  const auto now = clock_.now();
  const ComeBack back{now, units, units, {}};
  const std::string source = "already available";
  SB_TRY(hold, judge_sku(session, sku, back));
  if (hold) {
    const auto row = held_row(sku, back, *hold, source);
    SB_CHECK(held_rows_.add(session, {&row, 1}));
    return std::optional<Restock>();
  }
  Restock restock{ids_.make<RestockId>(), sku, units, source, now};
  SB_CHECK(restocks_.open(session, {&restock, 1}));
  return std::optional(std::move(restock));
}

Result<std::vector<std::string>> RestockGate::run() {
  std::vector<std::string> opened;
  for (bool more = true; more;) {
    SB_TRY(page, run_page(more));
    opened.insert(opened.end(), page.begin(), page.end());
  }
  return opened;
}

Result<std::vector<std::string>> RestockGate::run_page(bool& more) {
  more = false;
  std::vector<std::string> skus;
  {
    std::lock_guard lock(mutex_);
    if (held_.empty()) return skus;
    const auto some = std::min(changed_rules_.size(), kPage);
    skus.assign(changed_rules_.end() - static_cast<std::ptrdiff_t>(some), changed_rules_.end());
  }
  const auto noted = skus.size();
  auto due = database_.read(
      [&](db::Session& session) { return held_rows_.list_due(session, clock_.now(), kPage); });
  if (!due) return std::unexpected(std::move(due).error());
  more = noted == kPage || due->size() == kPage;
  skus.insert(skus.end(), due->begin(), due->end());
  if (skus.empty()) return skus;
  std::ranges::sort(skus);  // rows are locked in one order
  skus.erase(std::unique(skus.begin(), skus.end()), skus.end());
  auto opened = database_.write([&](db::Session& session) -> Result<std::vector<std::string>> {
    std::vector<Restock> open;
    for (const auto& sku : skus) {
      SB_TRY(stock, restocks_.lock_availability(session, sku));
      SB_TRY(held, held_rows_.find_active(session, sku));
      if (!held) continue;
      if (!stock || !stock->in_stock) {
        SB_CHECK(held_rows_.end(session, sku, clock_.now(), HoldOutcome::sold_out));
        continue;
      }
      SB_TRY(restock, look_again(session, std::move(*held), stock->ats));
      if (restock) open.push_back(std::move(*restock));
    }
    SB_CHECK(restocks_.open(session, open));
    std::vector<std::string> names;
    for (const auto& restock : open) names.push_back(restock.sku);
    return names;
  });
  if (!opened) return opened;
  std::lock_guard lock(mutex_);
  changed_rules_.resize(changed_rules_.size() - noted);
  return opened;
}

Result<std::optional<Time>> RestockGate::next_due() {
  {
    std::lock_guard lock(mutex_);
    if (held_.empty()) return std::optional<Time>();
    if (!changed_rules_.empty()) return std::optional(clock_.now());
  }
  return database_.read([&](db::Session& session) { return held_rows_.next_due(session); });
}

}  // namespace stockbell::engagement
