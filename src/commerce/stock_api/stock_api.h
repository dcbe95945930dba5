// The HTTP faces of stock: Stockbell's own, OCAPI's inventory records, Omnichannel Inventory's and
// the shopper's availability. The commerce box adds them. Steps 1 and 8.
#pragma once
#include "commerce/stock_api/oci_routes.h"

namespace stockbell::commerce {

// `surface` must outlive the router.
void add_stock_api(http::Router& router, const OciSurface& surface);

}  // namespace stockbell::commerce
