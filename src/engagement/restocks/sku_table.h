// What Engagement knows of every SKU, in memory: its stock, asked at the instant a message leaves,
// and the marks that tell whether a row of a feed is news (design 5). 48 bytes a SKU and no text: a
// SKU is known by 128 bits of its hash under a seed of this process. Rebuilt from the store at
// start. Thread-safe.
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/huge_pages.h"
#include "base/random.h"
#include "engagement/restocks/stock_rules.h"

namespace stockbell::engagement {

struct SkuKey {
  std::uint64_t low = 0, high = 0;
  bool operator==(const SkuKey&) const = default;
};

// What the last feed said of a SKU. feed_hash: of its row as it stood in the file; 0 when the stock
// changed by another way since.
struct RowMarks {
  std::int64_t item_hash = 0;  // of its catalog item
  std::uint64_t feed_hash = 0;
};

struct KnownSku {
  std::optional<KnownStock> stock;  // empty: no word about it so far
  RowMarks marks;
};

class SkuTable {
 public:
  explicit SkuTable(Random& random) : seed_(random.next()) {}

  SkuKey key_of(std::string_view sku) const;

  std::optional<KnownStock> find(std::string_view sku) const;
  bool available(std::string_view sku) const;
  std::optional<KnownSku> find_known(const SkuKey& key) const;
  std::size_t size() const;

  void set(std::string_view sku, const KnownSku& known);
  void set_stock(std::string_view sku,
                 const KnownStock& stock);  // the feed's row does not hold any more
  // Of a SKU that is still as `seen` tells; otherwise somebody has told of it since, and the marks
  // do not hold.
  void set_marks(const SkuKey& key, const KnownSku& seen, const RowMarks& marks);

  // A run over a feed: which of its rows are what was last applied already. One run at a time.
  struct Row {
    SkuKey key;
    std::uint64_t feed_hash = 0;
  };
  enum class Seen {
    same,      // as it was last applied; nothing to do
    differs,   // or is not known
    repeated,  // another row of this run told about this known SKU before
  };
  void begin_run();
  // In order; `out` is as long as `rows`.
  void look(std::span<const Row> rows, std::span<Seen> out);

 private:
  struct Slot {
    SkuKey key;
    std::int64_t ats = 0;
    std::int64_t stock = 0;  // observed_at in ms * 4 + 2 when told + 1 when in stock
    RowMarks marks;
  };
  std::size_t place_of(const SkuKey& key) const;  // of the key, or the free slot where it would go
  Slot& slot_for(const SkuKey& key);
  void grow();

  std::uint64_t seed_;
  mutable std::shared_mutex mutex_;
  std::vector<Slot, HugePageAllocator<Slot>> slots_;  // a power of two, three quarters full at most
  std::vector<std::uint64_t> run_;                    // a bit a slot: told about in this run
  std::size_t used_ = 0;
};

}  // namespace stockbell::engagement
