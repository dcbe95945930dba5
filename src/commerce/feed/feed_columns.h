// What a column of the feed holds: an attribute of the product or its stock, how it is written, and
// what happens when there is none. Read from the configuration (docs/feed.md); the default is the
// Marketing Cloud Connector's sixteen columns (its 2.5 mapping) and six of ours. Pure. Step 9.
#pragma once
#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_text.h"
#include "base/result.h"

namespace stockbell::commerce {

enum class FeedAttribute {
  site, sku, product_id, master_id, is_master, is_variant, name, short_description, long_description,
  description, brand, category, link, image, color, size, price, sale_price, currency, online,
  in_stock, ats, availability, stock_time, built_at,
};

// "bool" is Y or N, "price" units with hundredths, "date" RFC 3339, unless `format` says otherwise.
enum class FeedType { text, number, boolean, date, price };

struct FeedColumn {
  FeedAttribute attribute = FeedAttribute::sku;
  std::string label;
  FeedType type = FeedType::text;
  bool required = false;  // a row without it (and without a fallback) is left out and counted
  std::string fallback;   // stands where there is no value
  std::string format;     // bool "yes/no", date "%Y-%m-%d %H:%M:%S", price "0.00" "0,00" "cents"
  bool operator==(const FeedColumn&) const = default;
};

const std::vector<FeedColumn>& default_columns();
// The words and, for mappings written for the Connector, its paths ("Product.availabilityModel.inStock").
std::optional<FeedAttribute> parse_attribute(std::string_view path);
FeedType natural_type(FeedAttribute attribute);

// A JSON array of {attribute, label, type, required, fallback, format}; only attribute is needed.
// Errors: invalid "config-value-invalid", naming the column.
Result<std::vector<FeedColumn>> read_columns(const boost::json::array& columns);

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedAttribute> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedAttribute>>({
        {stockbell::commerce::FeedAttribute::site, "site"},
        {stockbell::commerce::FeedAttribute::sku, "sku"},
        {stockbell::commerce::FeedAttribute::product_id, "product_id"},
        {stockbell::commerce::FeedAttribute::master_id, "master_id"},
        {stockbell::commerce::FeedAttribute::is_master, "is_master"},
        {stockbell::commerce::FeedAttribute::is_variant, "is_variant"},
        {stockbell::commerce::FeedAttribute::name, "name"},
        {stockbell::commerce::FeedAttribute::short_description, "short_description"},
        {stockbell::commerce::FeedAttribute::long_description, "long_description"},
        {stockbell::commerce::FeedAttribute::description, "description"},
        {stockbell::commerce::FeedAttribute::brand, "brand"},
        {stockbell::commerce::FeedAttribute::category, "category"},
        {stockbell::commerce::FeedAttribute::link, "link"},
        {stockbell::commerce::FeedAttribute::image, "image"},
        {stockbell::commerce::FeedAttribute::color, "color"},
        {stockbell::commerce::FeedAttribute::size, "size"},
        {stockbell::commerce::FeedAttribute::price, "price"},
        {stockbell::commerce::FeedAttribute::sale_price, "sale_price"},
        {stockbell::commerce::FeedAttribute::currency, "currency"},
        {stockbell::commerce::FeedAttribute::online, "online"},
        {stockbell::commerce::FeedAttribute::in_stock, "in_stock"},
        {stockbell::commerce::FeedAttribute::ats, "ats"},
        {stockbell::commerce::FeedAttribute::availability, "availability"},
        {stockbell::commerce::FeedAttribute::stock_time, "stock_time"},
        {stockbell::commerce::FeedAttribute::built_at, "built_at"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedType> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedType>>({
        {stockbell::commerce::FeedType::text, "text"},
        {stockbell::commerce::FeedType::number, "number"},
        {stockbell::commerce::FeedType::boolean, "bool"},
        {stockbell::commerce::FeedType::date, "date"},
        {stockbell::commerce::FeedType::price, "price"},
    });
