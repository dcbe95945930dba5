// How items and cards are shown: the values several templates of the shop share. Pure; used by the
// shop's pages alone.
#pragma once
#include "commerce/storefront/shop_store.h"
#include "platform/templates/value.h"

namespace stockbell::commerce {

std::string shown_price(const Item& item);        // "€ 49.90", empty without a price
std::string availability_text(const Item& item);  // "Only 3 left"
templates::Value card_of(const shop_store::Card& card);

}  // namespace stockbell::commerce
