#include "commerce/stock_api/stock_api.h"

#include "commerce/stock_api/native_routes.h"
#include "commerce/stock_api/ocapi_routes.h"
#include "commerce/stock_api/scapi_routes.h"

namespace stockbell::commerce {

void add_stock_api(http::Router& router, const OciSurface& surface) {
  add_stock_routes(router, surface.inventory);
  add_ocapi_routes(router, surface.inventory, surface.public_url);
  add_scapi_routes(router, surface.inventory);
  add_oci_routes(router, surface);
}

}  // namespace stockbell::commerce
