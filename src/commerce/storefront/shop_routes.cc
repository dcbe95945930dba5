#include "commerce/storefront/shop_routes.h"

#include <charconv>

#include "commerce/catalog/catalog_rules.h"
#include "commerce/inventory/types.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
    "connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
constexpr int kRelatedCards = 4;

http::Response page_response(int status, std::string body) {
  auto response = http::Response::html(status, std::move(body));
  response.set("Content-Security-Policy", std::string(kPagePolicy));
  response.set("Cache-Control", "no-store");
  return response;
}

int number_of(const std::string& text, int least, int most, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number < least || number > most ? otherwise : number;
}

// A query or form text fit for a query; anything odd counts as empty.
std::string plain(std::optional<std::string> value) {
  if (!value || value->size() > 200 || !text::valid_utf8(*value) || text::has_control(*value))
    return {};
  return text::trim(*value);
}

// Only a path on this shop may be gone back to.
std::string own_path(const std::string& path) {
  bool own = path.size() < 2000 && path.starts_with('/') && !path.starts_with("//") &&
             path.find('\\') == path.npos && !text::has_control(path) && text::valid_utf8(path);
  return own ? path : "/";
}

std::string content_type(std::string_view path) {
  auto extension = path.substr(std::min(path.rfind('.'), path.size()));
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".png") return "image/png";
  if (extension == ".jpg" || extension == ".jpeg") return "image/jpeg";
  if (extension == ".webp") return "image/webp";
  if (extension == ".css") return "text/css; charset=utf-8";
  if (extension == ".js") return "text/javascript; charset=utf-8";
  if (extension == ".woff2") return "font/woff2";
  return "application/octet-stream";
}

bool safe_relative(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != path.npos ||
      path.find('\0') != path.npos)
    return false;
  for (const auto& part : std::filesystem::path(path))
    if (part.empty() || part.native().front() == '.') return false;  // dot files, "." and ".."
  return true;
}

Result<http::Response> show_list(const Shop& shop, const http::Request& request) {
  ListQuery query;
  query.filter.search = plain(request.query_value("q"));
  query.filter.category = plain(request.query_value("category"));
  query.filter.some_sold_out = request.query_value("stock") == "out";
  query.page = number_of(request.query_value("page").value_or("1"), 1, 100000, 1);
  std::vector<std::string> categories;
  SB_TRY(page, shop.database.read([&](db::Session& session) -> Result<shop_store::CardPage> {
    SB_TRY(names, shop_store::list_categories(session));
    categories = names;
    return shop_store::list_cards(session, query.filter, kCardsPerPage,
                                  (query.page - 1) * kCardsPerPage);
  }));
  return page_response(200, shop.pages.products(query, page, categories));
}

struct ProductView {
  std::vector<Item> items;
  std::vector<shop_store::Card> related;
};

Result<ProductView> read_product(const Shop& shop, const std::string& id) {
  return shop.database.read([&](db::Session& session) -> Result<ProductView> {
    ProductView view;
    SB_TRY(items, shop_store::items_of_product(session, id));
    view.items = std::move(items);
    std::erase_if(view.items, [](const Item& item) { return !item.online; });
    if (view.items.empty()) return view;
    shop_store::CardFilter same{view.items.front().category, "", false};
    SB_TRY(page, shop_store::list_cards(session, same, kRelatedCards + 1, 0));
    for (auto& card : page.cards)
      if (card.product_id != id && view.related.size() < kRelatedCards)
        view.related.push_back(std::move(card));
    return view;
  });
}

// A form in the language asked for, when there are texts of it, else in the site's.
NotifyForm form_of(const Shop& shop, const std::vector<Item>& items, const std::string& locale) {
  const auto& site = *shop.widget.site("");
  NotifyForm form{shop.widget.language(site, locale), site.locales.front(), ""};
  bool tag = locale.size() <= 35 &&
             std::ranges::all_of(locale, [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  if (tag && locale.starts_with(form.language.tag.substr(0, 2))) form.locale = locale;
  if (!shop.page_token) return form;
  std::vector<std::string> skus;
  for (const auto& item : items) skus.push_back(item.sku);
  form.page_token = shop.page_token(site.key, skus);
  return form;
}

Result<http::Response> show_product(const Shop& shop, const http::Request& request) {
  SB_TRY(view, read_product(shop, request.parameter("id")));
  if (view.items.empty()) return page_response(404, shop.pages.not_found());
  auto form = form_of(shop, view.items, plain(request.query_value("locale")));
  return page_response(200,
                       shop.pages.product(view.items, plain(request.query_value("color")),
                                          plain(request.query_value("size")), view.related, form));
}

Result<std::optional<Item>> item_of_sku(const Shop& shop, const std::string& sku) {
  return shop.database.read([&](db::Session& s) { return shop_store::find_item(s, sku); });
}

Result<http::Response> put_in_cart(const Shop& shop, const http::Request& request) {
  SB_TRY(fields, request.form());
  std::string sku;
  for (const auto& [name, value] : fields)
    if (name == "sku") sku = plain(value);
  SB_TRY(item, item_of_sku(shop, sku));
  if (!item) return page_response(404, shop.pages.not_found());
  return page_response(item->availability == "in_stock" ? 200 : 409, shop.pages.cart(*item));
}

Result<http::Response> send_asset(const Shop& shop, const std::string& path,
                                  const std::string& name) {
  auto found = shop.assets(path);
  if (!found) return page_response(404, shop.pages.not_found());
  http::Response response{200, {{"Content-Type", content_type(name)}}, std::string(*found), {}};
  auto dash = name.rfind('-');  // "store-LKfCpgj3.css": the content's hash is in the name
  bool hashed = dash != name.npos && name.rfind('.') == dash + 9;
  response.set("Cache-Control",
               hashed ? "public, max-age=31536000, immutable" : "public, max-age=300");
  return response;
}

Result<http::Response> send_picture(const Shop& shop, const http::Request& request) {
  const auto& name = request.parameter("file");
  std::error_code problem;
  if (!safe_relative(name) || !std::filesystem::is_regular_file(shop.pictures / name, problem))
    return page_response(404, shop.pages.not_found());
  http::Response response{200, {{"Content-Type", content_type(name)}}, {}, shop.pictures / name};
  response.set("Cache-Control", "public, max-age=3600");
  // An SVG opened by itself is a document: it may not run anything.
  response.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  return response;
}

void write_item(text::JsonWriter& json, const Item& item) {
  json.begin_object()
      .member("sku", item.sku)
      .member("product_id", item.product_id)
      .member("name", item.name)
      .member("options", variant_text(item) == item.name ? "" : variant_text(item))
      .member("color", item.color)
      .member("size", item.size);
  auto price = current_price(item);
  json.member("price", price ? format_decimal(*price) : "")
      .member("currency", item.currency)
      .member("picture_url", picture_url(item.image))
      .member("category", item.category)
      .member("availability", item.availability)
      .member("in_stock", item.availability == "in_stock")
      .member("ats", item.ats)
      .end_object();
}

Result<http::Response> list_products(const Shop& shop, const http::Request& request) {
  shop_store::ItemFilter filter;
  filter.search = plain(request.query_value("search"));
  filter.availability = plain(request.query_value("availability"));
  filter.after_sku = plain(request.query_value("cursor"));
  if (!filter.availability.empty() && !parse_enum<Availability>(filter.availability))
    return fail(ErrorCode::invalid, "availability-invalid",
                "one of in_stock, out_of_stock, preorder, backorder", "availability");
  int limit = number_of(request.query_value("limit").value_or("50"), 1, 200, 50);
  filter.limit = limit + 1;
  SB_TRY(items,
         shop.database.read([&](db::Session& s) { return shop_store::list_items(s, filter); }));
  bool more = items.size() > static_cast<std::size_t>(limit);
  if (more) items.pop_back();
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) write_item(json, item);
  json.end_array().key("next_cursor");
  if (more)
    json.value(items.back().sku);
  else
    json.value(nullptr);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

std::string field_of(const CaptureFields& fields, std::string_view name) {
  auto found = fields.find(name);
  return found == fields.end() ? "" : plain(found->second);
}

// Of the page the form stood on, else of its site.
const PageLanguage& language_of(const Shop& shop, const CaptureFields& fields) {
  const auto* site = shop.widget.site(field_of(fields, "site"));
  return shop.pages.texts().of(
      {field_of(fields, "locale"), site ? std::string_view(site->locales.front()) : ""});
}

}  // namespace

void add_shop_routes(http::Router& router, const Shop& shop) {
  auto add = [&](std::string method, std::string pattern, http::Handler handler,
                 http::Role least = http::Role::anonymous) {
    http::Route route{std::move(method), std::move(pattern), least, std::move(handler)};
    router.add(std::move(route));
  };
  add("GET", "/", [&shop](const http::Request& r) { return show_list(shop, r); });
  add("GET", "/products/{id}", [&shop](const http::Request& r) { return show_product(shop, r); });
  add("POST", "/cart", [&shop](const http::Request& r) { return put_in_cart(shop, r); });
  add("GET", "/assets/{file*}", [&shop](const http::Request& r) {
    return send_asset(shop, "store/assets/" + r.parameter("file"), r.parameter("file"));
  });
  add("GET", "/pictures/{file*}",
      [&shop](const http::Request& r) { return send_picture(shop, r); });
  add_widget_routes(router, shop.widget);
  add(
      "GET", "/api/v1/products", [&shop](const http::Request& r) { return list_products(shop, r); },
      http::Role::readonly);
}

http::Response refusal_page(const Shop& shop, int status) {
  if (status == 404) return page_response(404, shop.pages.not_found());
  return page_response(status,
                       shop.pages.error(status, std::string(http::status_title(status)), ""));
}

CapturePages capture_pages(const Shop& shop) {
  CapturePages pages;
  pages.received = [&shop](const CaptureFields& fields) {
    auto item = item_of_sku(shop, field_of(fields, "sku"));
    const auto* site = shop.widget.site(field_of(fields, "site"));
    return page_response(202, shop.pages.request_received(language_of(shop, fields),
                                                          item ? *item : std::optional<Item>(),
                                                          own_path(field_of(fields, "return_url")),
                                                          site && site->double_opt_in));
  };
  pages.send_again = [&shop](const CaptureFields& fields) {
    return page_response(428, shop.pages.send_again(language_of(shop, fields), fields));
  };
  pages.refused = [&shop](const CaptureFields& fields, const Error& error) {
    auto status = http::status_of(error.code);
    auto back = own_path(field_of(fields, "return_url"));
    auto item = item_of_sku(shop, field_of(fields, "sku"));
    if (status != 422 || !item || !*item)
      return page_response(status, shop.pages.error(status, error.message, back));
    auto view = read_product(shop, (*item)->product_id);
    if (!view || view->items.empty())
      return page_response(status, shop.pages.error(status, error.message, back));
    auto form = form_of(shop, view->items, field_of(fields, "locale"));
    form.email = field_of(fields, "email");
    form.first_name = field_of(fields, "first_name");
    auto say = [&](std::string_view key) {
      auto text = form.language.text(key);
      return text.empty() ? sentence(error.message) : std::string(text);
    };
    if (error.field == "email")
      form.email_error = say(error.reason == "email-missing" ? "email_missing" : "email_wrong");
    else if (error.field == "first_name")
      form.first_name_error = say("field_wrong");
    else
      form.form_error = sentence(error.message);
    return page_response(status, shop.pages.product(view->items, (*item)->color, (*item)->size,
                                                    view->related, form));
  };
  return pages;
}

}  // namespace stockbell::commerce
