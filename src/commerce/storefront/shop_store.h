// What the shop's pages and the console's product list read: cards of products, items of a product.
// Stateless, read only. Step 1.
#pragma once
#include <vector>

#include "commerce/catalog/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::shop_store {

struct Card {
  std::string product_id, name, brand, category, image, currency;
  std::optional<std::int64_t> lowest_price, highest_price;
  std::int64_t colors = 0, in_stock = 0, items = 0;
};

struct CardFilter {
  std::string category, search;  // empty: any
  bool some_sold_out = false;    // only products of which an item is not in stock
};

struct CardPage {
  std::vector<Card> cards;
  std::int64_t total = 0;
};

Result<CardPage> list_cards(db::Session& session, const CardFilter& filter, int limit, int offset);
Result<std::vector<std::string>> list_categories(db::Session& session);
Result<std::vector<Item>> items_of_product(db::Session& session, const std::string& product_id);
Result<std::optional<Item>> find_item(db::Session& session, const std::string& sku);

struct ItemFilter {
  std::string search, availability, after_sku;
  int limit = 50;
};
Result<std::vector<Item>> list_items(db::Session& session, const ItemFilter& filter);

}  // namespace stockbell::commerce::shop_store
