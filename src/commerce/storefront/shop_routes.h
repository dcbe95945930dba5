// The demo shop over HTTP: GET /, /products/{id}, POST /cart, /assets/, /pictures/, the notify
// form's script; and the console's GET /api/v1/products. Strict CSP on every page. Step 1.
#pragma once
#include <filesystem>

#include "commerce/capture/capture_routes.h"
#include "commerce/storefront/shop_pages.h"
#include "commerce/storefront/widget_script.h"

namespace stockbell::commerce {

struct Shop {
  db::Database& database;
  Assets assets;
  ShopPages pages;
  std::filesystem::path pictures;  // folder of the catalog's pictures
  WidgetScripts widget;
  // The page token of docs/front-door.md for a page of these SKUs; null: pages have none.
  std::function<std::string(std::string_view site, std::span<const std::string> skus)> page_token =
      {};
};

// `shop` must outlive the router.
void add_shop_routes(http::Router& router, const Shop& shop);
// What a browser is shown instead of a problem document.
http::Response refusal_page(const Shop& shop, int status);
// The pages that answer a plain form post of the notify form.
CapturePages capture_pages(const Shop& shop);

}  // namespace stockbell::commerce
