#include "commerce/catalog/import_batches.h"

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {
constexpr std::size_t kRowsAtOnce = 1000;
}

Result<> ImportBatches::flush_when_full() {
  return changes_.size() + claims_.size() < kRowsAtOnce ? Result<>{} : flush();
}

Result<> ImportBatches::flush() {
  if (changes_.size() > 0) {
    SB_TRY(changed, catalog_.apply(changes_));
    tally_.rows_changed += changed;
    changes_ = {};
    kept_.clear();
    removed_.clear();
  }
  if (!claims_.empty() && take_stock_) SB_CHECK(take_stock_(claims_));
  claims_.clear();
  return {};
}

Result<> ImportBatches::refuse(std::int64_t line, std::string reason, std::string message) {
  ++tally_.rows_read;
  tally_.refuse(line, std::move(reason), std::move(message));
  return {};
}

// A file may take a product away and bring it back, or the other way: the last word counts.
Result<> ImportBatches::add(Product product, bool remove, std::int64_t line) {
  if (product.id.empty() || product.id.size() > 100 || !text::valid_utf8(product.id) ||
      text::has_control(product.id))
    return refuse(line, "sku-invalid", "a product id has 1 to 100 characters and no control characters");
  if ((remove ? kept_ : removed_).contains(product.id)) SB_CHECK(flush());
  ++tally_.rows_read;
  (remove ? removed_ : kept_).insert(product.id);
  if (remove)
    changes_.removed.push_back(std::move(product.id));
  else
    changes_.products.push_back(std::move(product));
  return flush_when_full();
}

}  // namespace stockbell::commerce
