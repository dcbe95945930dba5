// What the readers of catalog files share: products gathered and applied a thousand at a time, rows
// refused with their line, and what a product feed says of stock handed on. One per import. Step 8.
#pragma once
#include <functional>
#include <set>

#include "commerce/catalog/catalog_service.h"
#include "commerce/imports/types.h"

namespace stockbell::commerce {

// What a product feed (Google's) says about an item's stock: a word, seldom a number.
struct StockClaim {
  enum class State { in_stock, out_of_stock, preorder, backorder };
  std::string sku;
  State state = State::out_of_stock;
  std::optional<std::int64_t> quantity;  // empty: units unknown
  std::optional<Time> available_at;      // of a pre- or back-order
  std::int64_t line = 0;
};
using TakeStock = std::function<Result<>(std::vector<StockClaim>& claims)>;

class ImportBatches {
 public:
  ImportBatches(CatalogService& catalog, ImportTally& tally, TakeStock take_stock)
      : tally_(tally), catalog_(catalog), take_stock_(std::move(take_stock)) {}

  ImportTally& tally() { return tally_; }
  // The one batch that is being filled.
  catalog_store::CatalogChanges& changes() { return changes_; }

  // Counts a row and takes it, or refuses it with its line.
  Result<> add(Product product, bool remove, std::int64_t line);
  Result<> refuse(std::int64_t line, std::string reason, std::string message);
  void claim(StockClaim claim) { claims_.push_back(std::move(claim)); }
  Result<> flush_when_full();
  Result<> flush();

 private:
  ImportTally& tally_;
  catalog_store::CatalogChanges changes_;
  std::vector<StockClaim> claims_;
  std::set<std::string, std::less<>> kept_, removed_;  // ids of this batch
  CatalogService& catalog_;
  TakeStock take_stock_;
};

}  // namespace stockbell::commerce
