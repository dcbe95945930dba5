// GET /api/v1/availability (public), PUT /api/v1/inventory/{sku}, POST /api/v1/inventory (NDJSON,
// streamed). Steps 1 and 8.
#pragma once
#include "commerce/inventory/inventory_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

void add_inventory_routes(http::Router& router, InventoryService& inventory);

}  // namespace stockbell::commerce
