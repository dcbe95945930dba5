#include "commerce/storefront/shop_values.h"

#include "commerce/catalog/catalog_rules.h"
#include "platform/text/text.h"

namespace stockbell::commerce {

using templates::Value;

std::string shown_price(const Item& item) {
  auto price = current_price(item);
  return price ? format_price(*price, item.currency) : "";
}

std::string availability_text(const Item& item) {
  if (item.availability == "preorder") return "Pre-order";
  if (item.availability == "backorder") return "Back-order";
  if (item.availability != "in_stock") return "Sold out";
  if (item.ats <= 5) return "Only " + std::to_string(item.ats) + " left";
  return "In stock";
}

Value card_of(const shop_store::Card& card) {
  std::string price;
  if (card.lowest_price) {
    price = format_price(*card.lowest_price, card.currency);
    if (card.highest_price != card.lowest_price) price = "from " + price;
  }
  return Value::object(
      {{"id", card.product_id},
       {"name", card.name},
       {"url", "/products/" + text::url_encode(card.product_id)},
       {"picture_url", picture_url(card.image)},
       {"brand", card.brand},
       {"category", card.category},
       {"price", price},
       {"colors_text", card.colors > 1 ? std::to_string(card.colors) + " colours" : ""},
       {"sold_out", card.in_stock == 0},
       {"some_sold_out", card.in_stock > 0 && card.in_stock < card.items}});
}

}  // namespace stockbell::commerce
