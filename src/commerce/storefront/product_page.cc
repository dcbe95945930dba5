// The product page: which variant is meant, its choices of colour and size, and the notify form.
#include "commerce/catalog/catalog_rules.h"
#include "commerce/storefront/shop_pages.h"
#include "commerce/storefront/shop_values.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using templates::Value;

void set_form(Value& context, const ShopOptions& options, const NotifyForm& form) {
  Value texts = Value::object({});
  for (const auto& [key, text] : form.language.texts) texts.set(key, text);
  context.set("texts", texts)
      .set("dir", form.language.right_to_left ? "rtl" : "ltr")
      .set("locale", form.locale)
      .set("site", options.site)
      .set("widget_url", "/api/v1/widget.js?site=" + text::url_encode(options.site) +
                             "&locale=" + text::url_encode(form.locale))
      .set("page_token", form.page_token)
      .set("email", form.email)
      .set("first_name", form.first_name)
      .set("email_error", form.email_error)
      .set("first_name_error", form.first_name_error)
      .set("form_error", form.form_error);
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

void set_variant(Value& context, const Item& shown, bool exists) {
  bool reduced = shown.sale_price_minor && shown.price_minor;
  context.set("sku", shown.sku)
      .set("picture_url", picture_url(shown.image))
      .set("variant_text", variant_text(shown))
      .set("price", shown_price(shown))
      .set("list_price", reduced ? format_price(*shown.price_minor, shown.currency) : "")
      .set("variant_exists", exists)
      .set("available", exists && shown.availability == "in_stock")
      .set("availability_text", availability_text(shown))
      .set("availability", shown.availability)
      .set("item_text", variant_text(shown) == shown.name
                            ? shown.name
                            : shown.name + " (" + variant_text(shown) + ")")
      .set("few_left", shown.availability == "in_stock" && shown.ats <= 5);
}

Value variants_of(const std::vector<Item>& items) {
  Value variants = Value::list();
  for (const auto& item : items)
    variants.push_back(Value::object({{"sku", item.sku},
                                      {"color", item.color},
                                      {"size", item.size},
                                      {"text", variant_text(item)},
                                      {"price", shown_price(item)},
                                      {"picture_url", picture_url(item.image)},
                                      {"availability", item.availability},
                                      {"quantity", item.ats}}));
  return variants;
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
  set_variant(context, shown, chosen != nullptr);
  set_form(context, options_, form);
  auto colors = choices(items, &Item::color, &shown, [](const Item&) { return true; });
  auto sizes =
      choices(items, &Item::size, &shown, [&](const Item& i) { return i.color == shown.color; });
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
      .set("related", cards)
      .set("has_related", cards.shows());
  return render("product", context);
}

}  // namespace stockbell::commerce
