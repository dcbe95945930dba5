#include "commerce/storefront/shop_pages.h"

#include "commerce/catalog/catalog_rules.h"
#include "commerce/storefront/shop_values.h"
#include "platform/log/log.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using templates::Value;

const std::vector<std::string> kShopTemplates{"products", "product", "cart", "not_found"};
const std::vector<std::string> kSmallPages{"request_received", "send_again", "error"};

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

}  // namespace

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
  if (auto texts = PageTexts::load(assets))
    texts_ = std::move(*texts);
  else
    log::error("page-texts-invalid", {{"message", texts.error().message}});
}

std::string ShopPages::render(const std::string& name, const Value& context) const {
  auto found = templates_.find(name);
  return found == templates_.end() ? "<!doctype html><title>Shop</title>"
                                   : found->second.render(context);
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
  auto title = filter.category.empty() ? std::string("All products") : filter.category;
  if (!filter.search.empty()) title = "“" + filter.search + "”";
  auto context = page(title, filter.search);
  Value names = Value::list(
      {Value::object({{"name", "All"}, {"url", "/"}, {"current", filter.category.empty()}})});
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

std::string ShopPages::cart(const Item& item) const {
  bool ok = item.availability == "in_stock";
  auto context = page(ok ? "In your cart" : "Sold out");
  context.set("product_name", item.name)
      .set("variant_text", variant_text(item))
      .set("sku", item.sku)
      .set("picture_url", picture_url(item.image))
      .set("price", shown_price(item))
      .set("product_url", item_url(item))
      .set("ok", ok)
      .set("message", ok ? "It is in your cart." : "It has sold out in the meantime.");
  return render("cart", context);
}

std::string ShopPages::not_found() const { return render("not_found", page("Not found")); }

Value ShopPages::page(const PageLanguage& language, std::string_view title) const {
  auto context = page(language.text(title));
  context.set("lang", language.tag).set("dir", language.direction).set("t", language.all());
  return context;
}

std::string ShopPages::request_received(const PageLanguage& language,
                                        const std::optional<Item>& item,
                                        const std::string& return_url, bool confirm) const {
  constexpr std::string_view kHole = "{item}";
  const auto lead = language.text("received_lead");
  const auto hole = std::min(lead.find(kHole), lead.size());
  const auto options = item ? variant_text(*item) : "";
  auto context = page(language, "thanks");
  context.set("product_name", item ? item->name : "")
      .set("variant_text", item && options != item->name ? options : "")
      .set("picture_url", item ? picture_url(item->image) : "")
      .set("lead_before", lead.substr(0, hole))
      .set("lead_after", lead.substr(std::min(hole + kHole.size(), lead.size())))
      .set("confirm", confirm)
      .set("return_url", return_url);
  return render("request_received", context);
}

std::string ShopPages::send_again(const PageLanguage& language, const CaptureFields& fields) const {
  auto hidden = Value::list();
  for (const auto& [name, value] : fields)
    if (text::valid_utf8(name) && text::valid_utf8(value))
      hidden.push_back(Value::object({{"name", name}, {"value", value}}));
  auto context = page(language, "again_title");
  context.set("fields", std::move(hidden));
  return render("send_again", context);
}

std::string sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

std::string ShopPages::error(int status, const std::string& message,
                             const std::string& return_url) const {
  auto context = page("That did not work");
  context.set("title", "That did not work")
      .set("message", sentence(message))
      .set("status", std::to_string(status))
      .set("return_url", return_url);
  return render("error", context);
}

}  // namespace stockbell::commerce
