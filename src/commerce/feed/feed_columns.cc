#include "commerce/feed/feed_columns.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <array>
#include <set>

namespace stockbell::commerce {
namespace {

using enum FeedAttribute;
constexpr std::size_t kMostColumns = 200;

struct Alias {
  std::string_view path;
  FeedAttribute attribute;
};
constexpr std::array kConnectorPaths = std::to_array<Alias>({
    {"Product.ID", sku},
    {"Product.name", name},
    {"Product.brand", brand},
    {"Product.online", online},
    {"Product.master", is_master},
    {"Product.variant", is_variant},
    {"Product.masterProduct.ID", master_id},
    {"Product.shortDescription", short_description},
    {"Product.longDescription", long_description},
    {"Product.primaryCategory.ID", category},
    {"Product.custom.color", color},
    {"Product.custom.size", size},
    {"Product.priceModel.price.value", price},
    {"Product.priceModel.price.currencyCode", currency},
    {"Product.availabilityModel.inStock", in_stock},
    {"Product.availabilityModel.availabilityStatus", availability},
    {"Product.availabilityModel.inventoryRecord.ATS.value", ats},
});

std::unexpected<Error> wrong(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("columns[{}]: {}", index, right), "columns");
}

bool can_be(FeedType natural, FeedType type) {
  return type == natural || type == FeedType::text ||
         (type == FeedType::boolean && natural == FeedType::number) ||
         (type == FeedType::number && natural == FeedType::price);
}

// What would be right; empty when it is.
std::string_view format_problem(const FeedColumn& column) {
  if (column.format.empty()) return {};
  if (column.type == FeedType::boolean) {
    const auto slash = column.format.find('/');
    return slash == std::string::npos || slash != column.format.rfind('/')
               ? "format of a bool is two words, such as \"true/false\""
               : "";
  }
  if (column.type == FeedType::price)
    return column.format == "0.00" || column.format == "0,00" || column.format == "cents"
               ? ""
               : "format of a price is \"0.00\", \"0,00\" or \"cents\"";
  if (column.type != FeedType::date) return "only bool, date and price take a format";
  for (std::size_t i = 0; i < column.format.size(); ++i)
    if (column.format[i] == '%' &&
        std::string_view("YmdHMS%").find(column.format[++i]) == std::string_view::npos)
      return "format of a date is made of %Y %m %d %H %M %S";
  return {};
}

Result<FeedColumn> read_column(const boost::json::value& json, std::size_t index) {
  if (!json.is_object()) return wrong(index, "a table such as {attribute = \"brand\"} is needed");
  FeedColumn column;
  bool known = false, typed = false;
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view word(key.data(), key.size());
    if (word == "required" && value.is_bool()) {
      column.required = value.get_bool();
      continue;
    }
    if (!value.is_string()) return wrong(index, fmt::format("{}: of the wrong type", word));
    const std::string text(value.get_string());
    if (word == "attribute") {
      const auto found = parse_attribute(text);
      if (!found)
        return wrong(index, fmt::format("attribute \"{}\" is unknown; docs/feed.md lists them", text));
      column.attribute = *found;
      known = true;
      if (column.label.empty()) column.label = text;
    } else if (word == "label") {
      column.label = text;
    } else if (word == "type") {
      const auto found = parse_enum<FeedType>(text);
      if (!found) return wrong(index, "type is text, number, bool, date or price");
      column.type = *found;
      typed = true;
    } else if (word == "fallback") {
      column.fallback = text;
    } else if (word == "format") {
      column.format = text;
    } else {
      return wrong(index, fmt::format("{}: unknown; known are attribute, label, type, required, "
                                      "fallback, format",
                                      word));
    }
  }
  if (!known) return wrong(index, "attribute: is missing");
  const auto natural = natural_type(column.attribute);
  if (!typed) column.type = natural;
  if (!can_be(natural, column.type))
    return wrong(index, fmt::format("{} is of type {}, and cannot be written as {}",
                                    to_text(column.attribute), to_text(natural),
                                    to_text(column.type)));
  if (const auto problem = format_problem(column); !problem.empty()) return wrong(index, problem);
  if (column.label.find_first_of("\r\n") != std::string::npos)
    return wrong(index, "label: must be one line");
  return column;
}

}  // namespace

const std::vector<FeedColumn>& default_columns() {
  static const std::vector<FeedColumn> columns = [] {
    std::vector<FeedColumn> list;
    for (const auto& [attribute, label] : std::to_array<std::pair<FeedAttribute, const char*>>(
             {{site, "SiteID"},
              {sku, "ProductID"},
              {sku, "ProductCode"},
              {master_id, "MasterID"},
              {is_master, "IsMaster"},
              {is_variant, "IsVariant"},
              {name, "ProductName"},
              {category, "ProductType"},
              {link, "ProductLink"},
              {online, "OnlineAvailability"},
              {sku, "SkuID"},
              {image, "ImageLink"},
              {image, "LargeImages"},
              {price, "RegularPrice"},
              {sale_price, "SalePrice"},
              {description, "Description"},
              {in_stock, "InStock"},
              {ats, "ATS"},
              {stock_time, "StockTime"},
              {currency, "Currency"},
              {color, "Color"},
              {size, "Size"}}))
      list.push_back({attribute, label, natural_type(attribute), false, "", ""});
    return list;
  }();
  return columns;
}

std::optional<FeedAttribute> parse_attribute(std::string_view path) {
  if (auto word = parse_enum<FeedAttribute>(path)) return word;
  for (const auto& alias : kConnectorPaths)
    if (alias.path == path) return alias.attribute;
  return {};
}

FeedType natural_type(FeedAttribute attribute) {
  switch (attribute) {
    case is_master:
    case is_variant:
    case online:
    case in_stock:
      return FeedType::boolean;
    case price:
    case sale_price:
      return FeedType::price;
    case ats:
      return FeedType::number;
    case stock_time:
    case built_at:
      return FeedType::date;
    default:
      return FeedType::text;
  }
}

Result<std::vector<FeedColumn>> read_columns(const boost::json::array& columns) {
  if (columns.empty() || columns.size() > kMostColumns)
    return wrong(0, fmt::format("1 to {} columns are needed", kMostColumns));
  std::vector<FeedColumn> list;
  std::set<std::string> labels;
  for (const auto& json : columns) {
    SB_TRY(column, read_column(json, list.size()));
    if (!labels.insert(column.label).second)
      return wrong(list.size(), fmt::format("label \"{}\" is used twice", column.label));
    list.push_back(std::move(column));
  }
  return list;
}

}  // namespace stockbell::commerce
