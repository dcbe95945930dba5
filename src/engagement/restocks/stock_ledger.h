// Where every word about stock ends, from feeds and live events alike (step 10-11): diff against
// memory, write what changed, open and close restocks, all in one transaction. Thread-safe;
// observations are taken one group at a time.
#pragma once
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engagement/restocks/restock_gate.h"
#include "engagement/restocks/restock_store.h"
#include "engagement/restocks/sku_table.h"

namespace stockbell::engagement {

// What a row of a feed says of a SKU.
struct FeedLine {
  std::string sku;
  std::optional<StockObservation> stock;
  RowMarks marks;
};

class StockLedger {
 public:
  // Called inside the transaction that closes restocks: takes back what has not left yet.
  using SoldOut = std::function<Result<>(db::Session&, const std::vector<std::string>& skus)>;
  using Inside = std::function<Result<>(db::Session&)>;
  using Listener = std::function<void(const std::vector<std::string>& skus)>;

  StockLedger(db::Database& database, const Clock& clock, Random& random, RestockGate& gate,
              SoldOut sold_out)
      : database_(database),
        clock_(clock),
        gate_(gate),
        sold_out_(std::move(sold_out)),
        known_(random) {}

  Result<> load();  // memory from the store, before anything else
  // Called after commits that made SKUs available, raised the units of available ones, or closed
  // restocks; return at once. Set before use.
  void on_available(Listener listener) { on_available_ = std::move(listener); }
  void on_more_units(Listener listener) { on_more_units_ = std::move(listener); }
  void on_sold_out(Listener listener) { on_sold_out_ = std::move(listener); }

  // At most about 1000 at a time. Durable when it returns. Returns how many SKUs changed.
  Result<std::size_t> observe(std::span<const StockObservation> observations,
                              const std::string& source);
  // The rows of a feed that differ from what was last applied, each SKU once; at most a few
  // thousand at a time. `also` is written in the same transaction. Durable when it returns.
  Result<> apply_feed(std::span<const FeedLine> lines, const std::string& source,
                      const Inside& also);
  bool available(const std::string& sku) const { return known_.available(sku); }
  std::optional<KnownStock> find(const std::string& sku) const { return known_.find(sku); }
  SkuTable& table() { return known_; }  // what a run over a feed compares with

 private:
  struct Diff {
    std::vector<StockObservation> changed, opened, closed;
    std::vector<StockObservation> confirmed;  // known already, now of a later time
    std::vector<std::string> available_now, more_units, sold_out_now;
    std::vector<std::pair<std::string, KnownSku>> before_closing;
  };
  using Save = std::function<Result<>(db::Session&)>;
  Diff diff(std::span<const StockObservation> observations) const;
  Result<> commit(const Diff& changes, const std::string& source, const Save& save);
  Result<> store(db::Session& session, const Diff& diff, const std::string& source);
  void tell(const Diff& changes) const;

  db::Database& database_;
  const Clock& clock_;
  RestockGate& gate_;
  SoldOut sold_out_;
  Listener on_available_, on_more_units_, on_sold_out_;
  RestockStore restocks_;
  SkuTable known_;
  std::mutex observing_;
};

}  // namespace stockbell::engagement
