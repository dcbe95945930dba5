// One row of the feed: an item with what it inherits from its master and what its site can sell of
// it, as views into whoever streams it; and the rendering of rows into bytes. A renderer is made
// once per run and is used by several threads. No memory is asked for per row. Step 9.
#pragma once
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "commerce/feed/feed_targets.h"

namespace stockbell::commerce {

struct FeedRow {
  std::string_view sku, master_id;  // master_id: "" for what is no variant
  std::string_view name, short_description, long_description, brand, category, image, color, size;
  std::string_view currency;
  std::int64_t price_minor = -1, sale_price_minor = -1;  // -1: none
  bool online = true;
  bool in_stock = false;            // the site has it; in the feed only what is online, too
  std::string_view availability;    // word of commerce::Availability
  std::int64_t ats = 0;
  std::int64_t stock_changed_at = 0;  // ms; 0: never
};

// Bytes that grow, without the zeroing of std::string.
class FeedBlock {
 public:
  // Room for `size` more bytes; what is written there counts once it is add()ed.
  char* room(std::size_t size) {
    if (size_ + size > capacity_) grow(size_ + size);
    return bytes_.get() + size_;
  }
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
  void cut(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  void grow(std::size_t needed) {
    capacity_ = std::max(needed, capacity_ * 2);
    std::unique_ptr<char[]> bytes(new char[capacity_]);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
  }
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

class FeedRenderer {
 public:
  FeedRenderer(const FeedTarget& target, std::string public_url, Time built_at);

  std::string header() const;
  // False: an attribute that is required is missing, and nothing was added.
  bool render(const FeedRow& row, FeedBlock& out) const;
  // A product that is gone: its SKU, not online and not in stock. Columns of nothing else are
  // empty, required or not.
  void render_removed(std::string_view sku, std::int64_t removed_at, FeedBlock& out) const;

 private:
  char* put(const FeedColumn& column, const FeedRow& row, char* at) const;
  char* put_text(const FeedColumn& column, const FeedRow& row, char* at) const;
  std::size_t longest(const FeedRow& row) const;

  std::vector<FeedColumn> columns_;
  std::string site_, public_url_;
  char delimiter_;
  std::int64_t built_at_;
  std::size_t fixed_ = 0;  // of every row, at most
};

}  // namespace stockbell::commerce
