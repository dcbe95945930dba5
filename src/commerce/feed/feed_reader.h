// Reads items for the feed as sorted ranges of SKUs or as lists: products where they lie in the
// store, merged with their master, what is offline and what the site sells. One per thread; keeps
// a range's small columns and the masters seen last in memory, nothing that grows with the
// catalog. Step 9.
#pragma once
#include <functional>
#include <unordered_map>
#include <vector>

#include "commerce/feed/feed_row.h"
#include "commerce/inventory/inventory_rules.h"
#include "platform/db/database.h"

namespace stockbell::commerce {

class FeedReader {
 public:
  using Each = std::function<Result<>(const FeedRow&)>;

  // `default_in_stock`: what the site's items without a row of site_stock are.
  FeedReader(const FeedTarget& target, bool default_in_stock)
      : site_(target.site), rules_(target.rules), default_in_stock_(default_in_stock) {}

  // Items with after < SKU <= through, in order.
  Result<> read_range(db::Session& session, const std::string& after, const std::string& through,
                      const Each& each);
  // Those of `skus` that are items, in the store's order.
  Result<> read_list(db::Session& session, const std::vector<std::string>& skus, const Each& each);

 private:
  // A column or two by SKU, sorted by bytes.
  class Side {
   public:
    void clear();
    void add(std::string_view sku, std::string_view text, std::int64_t first, std::int64_t second);
    void sort();  // SQLite gives them in order, PostgreSQL in that of its language
    struct Entry {
      std::uint32_t sku, sku_size, text, text_size;
      std::int64_t first, second;
    };
    const Entry* find(std::string_view sku);
    std::string_view sku(const Entry& e) const { return {bytes_.data() + e.sku, e.sku_size}; }
    std::string_view text(const Entry& e) const { return {bytes_.data() + e.text, e.text_size}; }
    const std::vector<Entry>& entries() const { return entries_; }

   private:
    std::vector<char> bytes_;
    std::vector<Entry> entries_;
    std::size_t next_ = 0;  // where the last look-up ended: mostly the next one's place
  };
  struct Master {
    std::string name, short_description, long_description, brand, category, image, currency;
    std::int64_t price_minor = -1, sale_price_minor = -1;
  };
  struct Statements {
    const db::Statement &variations, &stock, &offline, &products;
  };

  Result<> read(db::Session& session, const Statements& statements, const db::Params& which,
                const db::Params& which_of_site, const Each& each);
  Result<> load_masters(db::Session& session);
  FeedRow row_of(const db::RowView& product);

  bool rings_for(const StockLevel& level) const { return rules_ && rings(*rules_, level); }

  const std::string site_;
  const std::optional<Site> rules_;
  const bool default_in_stock_;
  Side variations_, stock_, offline_;
  std::unordered_map<std::string, Master> masters_;
  std::string master_id_;            // looked up last
  const Master* master_ = nullptr;
};

}  // namespace stockbell::commerce
