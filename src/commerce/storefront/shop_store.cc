#include "commerce/storefront/shop_store.h"

#include "commerce/catalog/catalog_store.h"
#include "sql/commerce_storefront.sql.h"

namespace stockbell::commerce::shop_store {
namespace {

namespace sql = stockbell::sql::commerce_storefront;

// Pattern characters of the searcher mean nothing.
std::string pattern(const std::string& search) {
  if (search.empty()) return {};
  std::string out = "%";
  for (char c : search)
    if (c != '%' && c != '_' && c != '\\') out += c;
  return out + "%";
}

// The pages show the main site.
struct Shown {
  std::string site;
  bool in_stock_by_default = false;
};
Result<Shown> shown_site(db::Session& session) {
  SB_TRY(site, session.query_one(sql::find_setting, {"main-site"}));
  Shown shown{site ? site->text(0) : "default"};
  SB_TRY(row, session.query_one(sql::find_setting, {"default-instock:" + shown.site}));
  shown.in_stock_by_default = row && row->text(0) == "1";
  return shown;
}

const char* word(bool in_stock) { return in_stock ? "in_stock" : "out_of_stock"; }

std::vector<Item> items_of(const db::Rows& rows, bool in_stock_by_default) {
  std::vector<Item> items;
  for (const auto& row : rows) items.push_back(catalog_store::item_of(row, in_stock_by_default));
  return items;
}

}  // namespace

Result<CardPage> list_cards(db::Session& session, const CardFilter& filter, int limit, int offset) {
  SB_TRY(shown, shown_site(session));
  auto search = pattern(filter.search);
  int sold_out = filter.some_sold_out ? 1 : 0;
  SB_TRY(total,
         session.query(sql::count_cards, {filter.category, search, sold_out, word(shown.in_stock_by_default), shown.site}));
  SB_TRY(rows, session.query(sql::list_cards,
                             {filter.category, search, sold_out, limit, offset, word(shown.in_stock_by_default), shown.site}));
  CardPage page;
  page.total = total.front().i64(0);
  for (const auto& row : rows) {
    Card card{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(7),
              {},          {},          row.i64(8),  row.i64(9),  row.i64(10)};
    if (!row.is_null(5)) card.lowest_price = row.i64(5);
    if (!row.is_null(6)) card.highest_price = row.i64(6);
    page.cards.push_back(std::move(card));
  }
  return page;
}

Result<std::vector<std::string>> list_categories(db::Session& session) {
  SB_TRY(rows, session.query(sql::list_categories));
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.text(0));
  return names;
}

Result<std::vector<Item>> items_of_product(db::Session& session, const std::string& product_id) {
  SB_TRY(shown, shown_site(session));
  SB_TRY(rows, session.query(sql::items_of_product, {product_id, shown.site}));
  return items_of(rows, shown.in_stock_by_default);
}

Result<std::optional<Item>> find_item(db::Session& session, const std::string& sku) {
  SB_TRY(shown, shown_site(session));
  SB_TRY(row, session.query_one(sql::find_item, {sku, shown.site}));
  if (!row) return std::optional<Item>();
  return std::optional<Item>(catalog_store::item_of(*row, shown.in_stock_by_default));
}

Result<std::vector<Item>> list_items(db::Session& session, const ItemFilter& filter) {
  SB_TRY(shown, shown_site(session));
  SB_TRY(rows, session.query(sql::list_items, {filter.after_sku, pattern(filter.search),
                                               filter.availability, filter.limit, word(shown.in_stock_by_default), shown.site}));
  return items_of(rows, shown.in_stock_by_default);
}

}  // namespace stockbell::commerce::shop_store
