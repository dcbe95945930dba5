#include "commerce/storefront/shop_pages.h"

#include "commerce/catalog/catalog_rules.h"
#include "platform/log/log.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using templates::Value;

const std::vector<std::string> kShopTemplates{"products", "product", "cart", "not_found"};
const std::vector<std::string> kSmallPages{"request_received", "error"};

std::string price_of(const Item& item) {
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

std::string list_url(const ListQuery& query, bool sold_out, int page) {
  std::string url;
  auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      url += (url.empty() ? "/?" : "&") + std::string(name) + "=" + text::url_encode(value);
  };
  add("q", query.filter.search);
  add("category", query.filter.category);
  add("stock", sold_out ? "out" : "");
  add("page", page > 1 ? std::to_string(page) : "");
  return url.empty() ? "/" : url;
}

// The distinct colours or sizes of a product, in order of its variants.
Value choices(const std::vector<Item>& items, std::string Item::* option, const Item* chosen,
              const std::function<bool(const Item&)>& counts) {
  Value list = Value::list();
  std::vector<std::string> seen;
  for (const auto& item : items) {
    const auto& value = item.*option;
    if (value.empty() || std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
    seen.push_back(value);
    bool left = std::any_of(items.begin(), items.end(), [&](const Item& other) {
      return other.*option == value && counts(other) && other.availability == "in_stock";
    });
    list.push_back(Value::object({{"value", value},
                                  {"picture_url", picture_url(item.image)},
                                  {"selected", chosen && chosen->*option == value},
                                  {"sold_out", !left}}));
  }
  return list;
}

}  // namespace

const Item* choose_item(const std::vector<Item>& items, const std::string& color,
                        const std::string& size) {
  auto made = [&](const std::string& value, std::string Item::* option) {
    return !value.empty() && std::any_of(items.begin(), items.end(),
                                         [&](const Item& i) { return i.*option == value; });
  };
  bool by_color = made(color, &Item::color), by_size = made(size, &Item::size);
  const Item* first = nullptr;
  for (const auto& item : items) {
    if ((by_color && item.color != color) || (by_size && item.size != size)) continue;
    if (!first) first = &item;
    if (by_color == !item.color.empty() && by_size == !item.size.empty()) return &item;
    if (item.availability == "in_stock") return &item;
  }
  return first;
}

std::string item_url(const Item& item) {
  auto url = "/products/" + text::url_encode(item.product_id);
  if (!item.color.empty() || !item.size.empty())
    url += "?color=" + text::url_encode(item.color) + "&size=" + text::url_encode(item.size);
  return url;
}

ShopPages::ShopPages(const Assets& assets, ShopOptions options) : options_(std::move(options)) {
  auto load = [&](const std::string& folder, const std::vector<std::string>& names,
                  const std::vector<std::string>& partial_names) {
    std::map<std::string, std::string> partials;
    for (const auto& name : partial_names)
      if (auto text = assets(folder + "/" + name + ".mustache")) partials[name] = *text;
    for (const auto& name : names) {
      auto text = assets(folder + "/" + name + ".mustache");
      auto compiled = templates::Template::compile(text.value_or(""), partials);
      if (!text || !compiled)
        log::error("template-unusable", {{"template", folder + "/" + name}});
      else
        templates_.emplace(name, std::move(*compiled));
    }
  };
  load("store", kShopTemplates, {"page_head", "page_foot", "product_card"});
  load("pages", kSmallPages, {"page_top", "page_end"});
}

std::string ShopPages::render(const std::string& name, const Value& context) const {
  auto found = templates_.find(name);
  return found == templates_.end() ? "<!doctype html><title>Shop</title>" : found->second.render(context);
}

Value ShopPages::page(const std::string& page_title, const std::string& query) const {
  return Value::object({{"site_title", options_.title},
                        {"page_title", page_title},
                        {"lang", "en"},
                        {"home_url", "/"},
                        {"query", query}});
}

std::string ShopPages::products(const ListQuery& query, const shop_store::CardPage& found,
                                const std::vector<std::string>& categories) const {
  const auto& filter = query.filter;
  auto context = page(filter.category.empty() ? "All products" : filter.category, filter.search);
  Value names = Value::list({Value::object(
      {{"name", "All"}, {"url", "/"}, {"current", filter.category.empty()}})});
  for (const auto& name : categories)
    names.push_back(Value::object({{"name", name},
                                   {"url", "/?category=" + text::url_encode(name)},
                                   {"current", name == filter.category}}));
  Value cards = Value::list();
  for (const auto& card : found.cards) cards.push_back(card_of(card));
  auto pages = std::max<std::int64_t>(1, (found.total + kCardsPerPage - 1) / kCardsPerPage);
  auto first = (query.page - 1) * kCardsPerPage + 1;
  auto last = first + static_cast<std::int64_t>(found.cards.size()) - 1;
  auto total = std::to_string(found.total) + (found.total == 1 ? " product" : " products");
  context.set("categories", names)
      .set("category", filter.category)
      .set("only_sold_out", filter.some_sold_out)
      .set("sold_out_url", list_url(query, true, 1))
      .set("all_stock_url", list_url(query, false, 1))
      .set("count_text", pages > 1 && !found.cards.empty()
                             ? fmt::format("{}–{} of {}", first, last, total)
                             : total)
      .set("has_products", !found.cards.empty())
      .set("products", cards)
      .set("has_pages", pages > 1)
      .set("page_text", fmt::format("Page {} of {}", query.page, pages))
      .set("previous_url",
           query.page > 1 ? list_url(query, filter.some_sold_out, query.page - 1) : "")
      .set("next_url",
           query.page < pages ? list_url(query, filter.some_sold_out, query.page + 1) : "");
  return render("products", context);
}

namespace {

void set_variant(Value& context, const Item& shown, bool exists, const NotifyForm& form) {
  bool reduced = shown.sale_price_minor && shown.price_minor;
  context.set("sku", shown.sku)
      .set("picture_url", picture_url(shown.image))
      .set("variant_text", variant_text(shown))
      .set("price", price_of(shown))
      .set("list_price", reduced ? format_price(*shown.price_minor, shown.currency) : "")
      .set("variant_exists", exists)
      .set("available", exists && shown.availability == "in_stock")
      .set("availability_text", availability_text(shown))
      .set("few_left", shown.availability == "in_stock" && shown.ats <= 5)
      .set("email", form.email)
      .set("first_name", form.first_name)
      .set("email_error", form.email_error)
      .set("form_error", form.form_error);
}

Value variants_of(const std::vector<Item>& items) {
  Value variants = Value::list();
  for (const auto& item : items)
    variants.push_back(Value::object({{"sku", item.sku},
                                      {"color", item.color},
                                      {"size", item.size},
                                      {"text", variant_text(item)},
                                      {"price", price_of(item)},
                                      {"picture_url", picture_url(item.image)},
                                      {"availability", item.availability},
                                      {"quantity", item.ats}}));
  return variants;
}

}  // namespace

std::string ShopPages::product(const std::vector<Item>& items, const std::string& color,
                               const std::string& size,
                               const std::vector<shop_store::Card>& related,
                               const NotifyForm& form) const {
  const Item* chosen = choose_item(items, color, size);
  Item shown = chosen ? *chosen : items.front();
  if (!chosen) {  // this combination is not made
    shown.color = color;
    shown.size = size;
  }
  auto context = page(shown.name);
  set_variant(context, shown, chosen != nullptr, form);
  auto colors = choices(items, &Item::color, &shown, [](const Item&) { return true; });
  auto sizes = choices(items, &Item::size, &shown,
                       [&](const Item& i) { return i.color == shown.color; });
  Value cards = Value::list();
  for (const auto& card : related) cards.push_back(card_of(card));
  context.set("product_id", shown.product_id)
      .set("product_name", shown.name)
      .set("brand", shown.brand)
      .set("category", shown.category)
      .set("category_url", "/?category=" + text::url_encode(shown.category))
      .set("short_description", shown.short_description)
      .set("description", shown.description)
      .set("product_url", "/products/" + text::url_encode(shown.product_id))
      .set("has_colors", colors.shows())
      .set("colors", colors)
      .set("color", shown.color)
      .set("has_sizes", sizes.shows())
      .set("sizes", sizes)
      .set("size", shown.size)
      .set("variants", variants_of(items))
      .set("page_url", options_.public_url + item_url(shown))
      .set("return_url", item_url(shown))
      .set("consent_version", kConsentVersion)
      .set("locale", options_.locale)
      .set("site", options_.site)
      .set("related", cards)
      .set("has_related", cards.shows());
  return render("product", context);
}

std::string ShopPages::cart(const Item& item) const {
  bool ok = item.availability == "in_stock";
  auto context = page(ok ? "In your cart" : "Sold out");
  context.set("product_name", item.name)
      .set("variant_text", variant_text(item))
      .set("sku", item.sku)
      .set("picture_url", picture_url(item.image))
      .set("price", price_of(item))
      .set("product_url", item_url(item))
      .set("ok", ok)
      .set("message", ok ? "It is in your cart." : "It has sold out in the meantime.");
  return render("cart", context);
}

std::string ShopPages::not_found() const { return render("not_found", page("Not found")); }

std::string ShopPages::request_received(const std::optional<Item>& item,
                                        const std::string& return_url) const {
  auto context = page("Thank you");
  context.set("product_name", item ? item->name : "")
      .set("variant_text", item ? variant_text(*item) : "")
      .set("picture_url", item ? picture_url(item->image) : "")
      .set("return_url", return_url);
  return render("request_received", context);
}

std::string ShopPages::error(int status, const std::string& message,
                             const std::string& return_url) const {
  auto context = page("That did not work");
  context.set("title", "That did not work")
      .set("message", message)
      .set("status", std::to_string(status))
      .set("return_url", return_url);
  return render("error", context);
}

}  // namespace stockbell::commerce
