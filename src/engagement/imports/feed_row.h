// One row of the catalog feed: from values by header name to a catalog item and, where the row
// tells about stock, an observation. Columns as in the Connector cartridge (ProductID, SkuID,
// ProductName, ...) plus InStock, ATS, StockTime, Currency, Color, Size, each of which may be
// missing. Pure.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "contracts/stock_events.h"
#include "engagement/imports/catalog_store.h"

namespace stockbell::engagement {

class FeedHeader {
 public:
  // Names compare without regard to case. Errors: invalid, "header-invalid" when no column names
  // the SKU.
  static Result<FeedHeader> create(const std::vector<std::string>& names);
  // "" when the feed has no such column.
  const std::string& value(const std::vector<std::string>& values, const std::string& column) const;
  std::size_t size() const { return size_; }

 private:
  std::unordered_map<std::string, std::size_t> columns_;  // lower case
  std::size_t size_ = 0;
};

struct FeedRow {
  CatalogItem item;
  std::optional<StockObservation> stock;
};

// `arrived` stands in where StockTime is missing. Errors: invalid, with a reason word and the
// column as field.
Result<FeedRow> parse_feed_row(const FeedHeader& header, const std::vector<std::string>& values,
                               Time arrived);

}  // namespace stockbell::engagement
