// The demo shop over HTTP: GET /, /products/{id}, POST /cart, /assets/, /pictures/,
// /api/v1/widget.js; and the console's GET /api/v1/products. Strict CSP on every page. Step 1.
#pragma once
#include <filesystem>

#include "commerce/capture/capture_routes.h"
#include "commerce/storefront/shop_pages.h"

namespace stockbell::commerce {

struct Shop {
  db::Database& database;
  Assets assets;
  ShopPages pages;
  std::filesystem::path pictures;  // folder of the catalog's pictures
};

// `shop` must outlive the router.
void add_shop_routes(http::Router& router, const Shop& shop);
// What a browser is shown instead of a problem document.
http::Response refusal_page(const Shop& shop, int status);
// The pages that answer a plain form post of the notify form.
CapturePages capture_pages(const Shop& shop);

}  // namespace stockbell::commerce
