// Stock over Stockbell's own API: GET /api/v1/availability, PUT /api/v1/inventory/{sku}, POST
// /api/v1/inventory (docs/openapi.yaml). Steps 1 and 8.
#pragma once
#include "commerce/inventory/inventory_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

// What PUT says, as a change. Pure. Errors: invalid, with the field.
Result<StockChange> change_of_json(std::string_view body);

void add_stock_routes(http::Router& router, InventoryService& inventory);

}  // namespace stockbell::commerce
