#include "commerce/feed/feed_writer.h"

#include "commerce/catalog/catalog_rules.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

// Line breaks become blanks: Marketing Cloud complains of them even inside quotes.
void put(std::string& row, std::string_view value) {
  if (!row.empty()) row += '|';
  row += '"';
  for (char c : text::trim(value)) {
    if (c == '"') row += '"';
    row += c == '\r' || c == '\n' ? ' ' : c;
  }
  row += '"';
}

std::string price(const std::optional<std::int64_t>& minor) {
  return minor ? format_decimal(*minor) : "";
}

}  // namespace

std::string feed_header() {
  std::string row;
  for (auto name :
       {"SiteID",      "ProductID",   "ProductCode", "MasterID",     "IsMaster",
        "IsVariant",   "ProductName", "ProductType", "ProductLink",  "OnlineAvailability",
        "SkuID",       "ImageLink",   "LargeImages", "RegularPrice", "SalePrice",
        "Description", "InStock",     "ATS",         "StockTime",    "Currency",
        "Color",       "Size"})
    put(row, name);
  return row + "\r\n";
}

std::string feed_row(const Item& item, const FeedContext& context) {
  auto picture = picture_url(item.image);
  if (picture.starts_with('/')) picture = context.public_url + picture;
  auto link = context.public_url + "/products/" + text::url_encode(item.product_id);
  if (!item.color.empty() || !item.size.empty())
    link += "?color=" + text::url_encode(item.color) + "&size=" + text::url_encode(item.size);
  bool in_stock = item.availability == "in_stock";
  std::string row;
  put(row, context.site);
  put(row, item.sku);
  put(row, item.sku);
  put(row, item.is_variant ? item.product_id : "");
  put(row, "N");
  put(row, item.is_variant ? "Y" : "N");
  put(row, item.name);
  put(row, item.category);
  put(row, link);
  put(row, item.online ? "Y" : "N");
  put(row, item.sku);
  put(row, picture);
  put(row, picture);
  put(row, price(item.price_minor));
  put(row, price(item.sale_price_minor));
  put(row, item.description.empty() ? item.short_description : item.description);
  put(row, in_stock ? "Y" : "N");
  put(row, std::to_string(item.ats));
  put(row, to_rfc3339(item.stock_changed_at.value_or(context.built_at)));
  put(row, item.currency);
  put(row, item.color);
  put(row, item.size);
  return row + "\r\n";
}

}  // namespace stockbell::commerce
