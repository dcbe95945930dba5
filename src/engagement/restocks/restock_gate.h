// What stands between an item that is back and its restock: the rules (restock_rules.h). Who it
// holds is a row, so that a start goes on where it was; what opens by time alone is asked for by
// run(), nothing sleeps on it. Every restock that opens passes here. Thread-safe.
#pragma once
#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "contracts/stock_events.h"
#include "engagement/restocks/hold_store.h"
#include "engagement/restocks/restock_store.h"

namespace stockbell::engagement {

// What a group of words about stock came to, each SKU once. `opened` and `closed` are among
// `changed`.
struct StockWords {
  std::span<const StockObservation> changed, opened, closed;
};

class RestockGate {
 public:
  RestockGate(db::Database& database, const Clock& clock, IdGenerator& ids,
              RestockRules rules = RestockRules())
      : database_(database), clock_(clock), ids_(ids), rules_(std::move(rules)) {}

  // From the store, before anything else; rules that were changed count for who is held already.
  Result<> load();

  // Inside the transaction of the words, their availability written: the restocks to open now.
  Result<std::vector<Restock>> take(db::Session& session, const StockWords& words,
                                    const std::string& source);
  // Inside the caller's transaction, with the SKU's availability locked and in stock: whether a
  // rule holds it; and its restock, opened here where no edge was seen: the item was there when
  // Stockbell first heard of it. None where a rule holds that.
  Result<bool> holds(db::Session& session, const std::string& sku);
  Result<std::optional<Restock>> restock_of(db::Session& session, const std::string& sku,
                                            std::int64_t units);

  // From memory: false is certain.
  bool may_be_held(const std::string& sku) const;
  // Whether so many further units of an item that is in stock are more than a transfer or return.
  bool counts(const std::string& sku, std::int64_t increase) const {
    return increase >= rules_.rule_for(sku).minimum_increase;
  }

  // Opens what is due. Returns the SKUs whose restocks opened. One thread.
  Result<std::vector<std::string>> run();
  Result<std::optional<Time>> next_due();

 private:
  Result<std::vector<std::string>> run_page(bool& more);
  bool holds_any() const;
  void note_held(const std::string& sku);
  Result<std::optional<Hold>> judge_sku(db::Session& session, const std::string& sku,
                                        ComeBack back);
  HeldRestock held_row(const std::string& sku, const ComeBack& back, const Hold& hold,
                       const std::string& source);
  Result<std::optional<Restock>> take_edge(db::Session& session, const StockObservation& seen,
                                           const std::string& source,
                                           std::vector<HeldRestock>& held);
  // One that is held, by now with so many units. Its restock, if it opens now.
  Result<std::optional<Restock>> look_again(db::Session& session, HeldRestock held,
                                            std::int64_t units);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const RestockRules rules_;
  RestockStore restocks_;
  HoldStore held_rows_;
  mutable std::mutex mutex_;
  // Hashes of the SKUs that are, or since the last load were, held: who is not among them costs
  // no look into the store.
  std::unordered_set<std::size_t> held_;
  std::vector<std::string> changed_rules_;  // held by rules that are others by now
};

}  // namespace stockbell::engagement
