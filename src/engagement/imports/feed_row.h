// One row of the catalog feed: from values by header name to a catalog item and, where the row
// tells about stock, an observation. Columns as in the Connector cartridge (ProductID, SkuID,
// ProductName, ...) plus InStock, ATS, StockTime, Currency, Color, Size, each of which may be
// missing. Pure.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_text.h"
#include "contracts/stock_events.h"
#include "engagement/imports/catalog_store.h"

namespace stockbell::engagement {

// The columns that Stockbell reads, by the names of the Connector cartridge.
enum class FeedField {
  product_id,
  sku,
  master_id,
  name,
  color,
  size,
  link,
  image_link,
  regular_price,
  sale_price,
  currency,
  description,
  is_master,
  online,
  in_stock,
  ats,
  stock_time,
};

// Where each column is: looked up once a file, not once a row.
class FeedHeader {
 public:
  // Names compare without regard to case; of two columns of a name the first counts. Errors:
  // invalid, "header-invalid" when no column names the SKU.
  static Result<FeedHeader> create(const std::vector<std::string>& names);
  // "" when the feed has no such column.
  const std::string& value(const std::vector<std::string>& values, FeedField field) const;
  std::size_t size() const { return size_; }
  // The column of the SKU, as far as one names it alone: of ProductID where there is no SkuID.
  std::size_t sku_column() const;

 private:
  static constexpr std::size_t kFields = static_cast<std::size_t>(FeedField::stock_time) + 1;
  std::array<std::size_t, kFields> places_{};
  std::size_t size_ = 0;
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::FeedField> =
    std::to_array<stockbell::EnumText<stockbell::engagement::FeedField>>({
        {stockbell::engagement::FeedField::product_id, "ProductID"},
        {stockbell::engagement::FeedField::sku, "SkuID"},
        {stockbell::engagement::FeedField::master_id, "MasterID"},
        {stockbell::engagement::FeedField::name, "ProductName"},
        {stockbell::engagement::FeedField::color, "Color"},
        {stockbell::engagement::FeedField::size, "Size"},
        {stockbell::engagement::FeedField::link, "ProductLink"},
        {stockbell::engagement::FeedField::image_link, "ImageLink"},
        {stockbell::engagement::FeedField::regular_price, "RegularPrice"},
        {stockbell::engagement::FeedField::sale_price, "SalePrice"},
        {stockbell::engagement::FeedField::currency, "Currency"},
        {stockbell::engagement::FeedField::description, "Description"},
        {stockbell::engagement::FeedField::is_master, "IsMaster"},
        {stockbell::engagement::FeedField::online, "OnlineAvailability"},
        {stockbell::engagement::FeedField::in_stock, "InStock"},
        {stockbell::engagement::FeedField::ats, "ATS"},
        {stockbell::engagement::FeedField::stock_time, "StockTime"},
    });

namespace stockbell::engagement {

struct FeedRow {
  CatalogItem item;
  std::optional<StockObservation> stock;
};

// `arrived` stands in where StockTime is missing. Errors: invalid, with a reason word and the
// column as field.
Result<FeedRow> parse_feed_row(const FeedHeader& header, const std::vector<std::string>& values,
                               Time arrived);

}  // namespace stockbell::engagement
