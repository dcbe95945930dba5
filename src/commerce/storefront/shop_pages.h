// Draws the demo shop's pages from the templates of web/store and web/pages. Templates are compiled
// at construction; any thread.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commerce/capture/capture_rules.h"
#include "commerce/storefront/assets.h"
#include "commerce/storefront/page_texts.h"
#include "commerce/storefront/shop_store.h"
#include "commerce/storefront/widget_texts.h"
#include "platform/http/http.h"
#include "platform/templates/template.h"

namespace stockbell::commerce {

struct ShopOptions {
  std::string title, public_url, site = "default", locale = "en-GB";
};

// The notify form of a page: its language, the token of docs/front-door.md, and, when the page is
// shown again, what was typed and why it was refused.
struct NotifyForm {
  WidgetLanguage language;
  std::string locale, page_token;
  std::string email = {}, first_name = {}, email_error = {}, first_name_error = {}, form_error = {};
};

struct ListQuery {
  shop_store::CardFilter filter;
  int page = 1;
};

inline constexpr int kCardsPerPage = 24;

class ShopPages {
 public:
  ShopPages(const Assets& assets, ShopOptions options);
  std::string products(const ListQuery& query, const shop_store::CardPage& page,
                       const std::vector<std::string>& categories) const;
  // `items` of one product, not empty; `related` cards of the same category.
  std::string product(const std::vector<Item>& items, const std::string& color,
                      const std::string& size, const std::vector<shop_store::Card>& related,
                      const NotifyForm& form) const;
  std::string cart(const Item& item) const;
  std::string not_found() const;
  std::string request_received(const PageLanguage& language, const std::optional<Item>& item,
                               const std::string& return_url, bool confirm) const;
  // One button that sends the same fields again, all hidden.
  std::string send_again(const PageLanguage& language, const CaptureFields& fields) const;
  std::string error(int status, const std::string& message, const std::string& return_url) const;
  const PageTexts& texts() const { return texts_; }

 private:
  templates::Value page(const std::string& page_title, const std::string& query = "") const;
  templates::Value page(const PageLanguage& language, std::string_view title) const;
  std::string render(const std::string& name, const templates::Value& context) const;

  ShopOptions options_;
  PageTexts texts_;
  std::map<std::string, templates::Template> templates_;
};

// The item a visitor means: exactly this colour and size; with neither known the first in stock,
// else the first.
const Item* choose_item(const std::vector<Item>& items, const std::string& color,
                        const std::string& size);
std::string item_url(const Item& item);  // "/products/P1?color=Navy&size=M"

// "the SKU is missing" -> "The SKU is missing."
std::string sentence(std::string text);

}  // namespace stockbell::commerce
