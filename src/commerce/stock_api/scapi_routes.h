// What a headless shop asks: SCAPI Shopper Availability v1 (reference 2.6). Unknown and offline
// products are left out. Public. Step 1.
#pragma once
#include "commerce/inventory/inventory_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

void add_scapi_routes(http::Router& router, InventoryService& inventory);

}  // namespace stockbell::commerce
