// Where every word about stock ends, from feeds and live events alike (step 10-11): diff against
// memory, write what changed, open and close restocks, all in one transaction. What a large feed
// changed is written down whole first, and carried into the tables afterwards (stock_journal.h);
// whatever is heard meanwhile waits its turn there, so that the order is kept. Memory knows at
// once. Thread-safe; observations are taken one group at a time.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engagement/restocks/restock_gate.h"
#include "engagement/restocks/restock_store.h"
#include "engagement/restocks/sku_table.h"
#include "engagement/restocks/stock_journal.h"

namespace stockbell::engagement {

// What a row of a feed says of a SKU.
struct FeedLine {
  std::string sku;
  std::optional<StockObservation> stock;
  RowMarks marks;
};

// Who waited for a SKU when its restock opened.
struct RecordedRestock {
  Restock restock;
  std::vector<RequestId> waiting;
};
// By SKU; the texts belong to the caller.
using WaitingBySku = std::unordered_map<std::string_view, std::span<const RequestId>>;

class StockLedger {
 public:
  // Called inside the transaction that closes restocks: takes back what has not left yet.
  using SoldOut = std::function<Result<>(db::Session&, const std::vector<std::string>& skus)>;
  // Called inside the transaction that carries out what was written down: they enter.
  using Enter = std::function<Result<>(db::Session&, std::span<const RecordedRestock>)>;
  using Inside = std::function<Result<>(db::Session&)>;
  using Listener = std::function<void(const std::vector<std::string>& skus)>;

  StockLedger(db::Database& database, const Clock& clock, Random& random, RestockGate& gate,
              SoldOut sold_out, Enter enter = {})
      : database_(database),
        clock_(clock),
        gate_(gate),
        sold_out_(std::move(sold_out)),
        enter_(std::move(enter)),
        known_(random) {}

  Result<> load();  // memory from the store, before anything else
  // Called after commits that made SKUs available, raised the units of available ones, or closed
  // restocks; return at once. Set before use.
  void on_available(Listener listener) { on_available_ = std::move(listener); }
  void on_more_units(Listener listener) { on_more_units_ = std::move(listener); }
  void on_sold_out(Listener listener) { on_sold_out_ = std::move(listener); }
  // Called when there is something to carry out.
  void on_written_down(std::function<void()> wake) { on_written_down_ = std::move(wake); }

  // At most about 1000 at a time. Durable when it returns. Returns how many SKUs changed.
  Result<std::size_t> observe(std::span<const StockObservation> observations,
                              const std::string& source);
  // The rows of a feed that differ from what was last applied, each SKU once; at most a few
  // thousand at a time. `also` is written in the same transaction. Durable when it returns.
  Result<> apply_feed(std::span<const FeedLine> lines, const std::string& source,
                      const Inside& also);
  // As apply_feed(), for as many rows as wanted, in one piece: they are durable when it returns,
  // and carried out by carry_out(). `waiting`: who enters then.
  Result<> record_feed(std::span<const FeedLine> lines, const WaitingBySku& waiting,
                       const std::string& source, const Inside& also);
  // The next chunk of what was written down, in one transaction. False: nothing is left. One
  // thread.
  Result<bool> carry_out();
  bool has_to_carry_out() const { return written_down_; }
  // For the sweep. Takes from the store what it knows newer; the SKUs that were behind.
  Result<std::vector<std::string>> reload(std::span<const std::string> skus);
  // Closes their restocks where the item is out; those that were open.
  Result<std::vector<std::string>> close_stale(std::span<const std::string> skus);
  bool available(std::string_view sku) const { return known_.available(sku); }
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
  Diff diff(std::span<const FeedLine> lines, std::vector<KnownFeedRow>& rows) const;
  std::vector<JournalChunk> write_down(const Diff& changes, std::span<const KnownFeedRow> rows,
                                       const WaitingBySku& waiting, const std::string& source);
  Result<> append(std::span<const JournalChunk> chunks, const Diff& changes, const Inside& also);
  Result<> carry_out(db::Session& session, const JournalChunk& chunk);
  Result<> commit(const Diff& changes, const Save& save);
  Result<> store(db::Session& session, const Diff& diff, const std::string& source);
  void tell(const Diff& changes) const;

  db::Database& database_;
  const Clock& clock_;
  RestockGate& gate_;
  SoldOut sold_out_;
  Enter enter_;
  Listener on_available_, on_more_units_, on_sold_out_;
  std::function<void()> on_written_down_;
  RestockStore restocks_;
  StockJournal journal_;
  SkuTable known_;
  std::mutex observing_;
  std::atomic<bool> written_down_ = false;  // true: chunks may wait; set under observing_
};

}  // namespace stockbell::engagement
