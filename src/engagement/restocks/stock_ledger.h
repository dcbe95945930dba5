// Where every word about stock ends, from feeds and live events alike (step 10-11): diff against
// memory, write what changed, open and close restocks, all in one transaction. Thread-safe;
// observations are taken one group at a time.
#pragma once
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "engagement/restocks/availability_map.h"
#include "engagement/restocks/restock_store.h"

namespace stockbell::engagement {

class StockLedger {
 public:
  // Called inside the transaction that closes restocks: takes back what has not left yet.
  using SoldOut = std::function<Result<>(db::Session&, const std::vector<std::string>& skus)>;
  using Inside = std::function<Result<>(db::Session&)>;
  using Listener = std::function<void(const std::vector<std::string>& skus)>;

  StockLedger(db::Database& database, const Clock& clock, IdGenerator& ids, SoldOut sold_out)
      : database_(database), clock_(clock), ids_(ids), sold_out_(std::move(sold_out)) {}

  Result<> load();  // memory from the store, before anything else
  // Called after commits that made SKUs available, raised the units of available ones, or closed
  // restocks; return at once. Set before use.
  void on_available(Listener listener) { on_available_ = std::move(listener); }
  void on_more_units(Listener listener) { on_more_units_ = std::move(listener); }
  void on_sold_out(Listener listener) { on_sold_out_ = std::move(listener); }

  // At most about 1000 at a time. `also` is written in the same transaction (the rows of a feed).
  // Durable when it returns. Returns how many SKUs changed.
  Result<std::size_t> observe(std::span<const StockObservation> observations,
                              const std::string& source, const Inside& also = {});
  // Whether observing this would change anything; feeds ask before they collect a row.
  bool news(const StockObservation& seen) const;
  bool available(const std::string& sku) const { return known_.available(sku); }
  std::optional<KnownStock> find(const std::string& sku) const { return known_.find(sku); }

 private:
  struct Diff {
    std::vector<StockObservation> changed, opened, closed;
    std::vector<StockObservation> confirmed;  // known already, now of a later time
    std::vector<std::string> available_now, more_units, sold_out_now;
    std::vector<std::pair<std::string, KnownStock>> before_closing;
  };
  Diff diff(std::span<const StockObservation> observations) const;
  Result<> store(db::Session& session, const Diff& diff, const std::string& source);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  SoldOut sold_out_;
  Listener on_available_, on_more_units_, on_sold_out_;
  RestockStore restocks_;
  AvailabilityMap known_;
  std::mutex observing_;
};

}  // namespace stockbell::engagement
