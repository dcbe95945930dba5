// Inventory records as OCAPI Data has them (reference 2.6): GET of a list's records, GET, PUT,
// PATCH and DELETE of one, with its documents and faults. Step 8.
#pragma once
#include "commerce/inventory/inventory_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

// The body of PUT and PATCH as a change; PUT says the whole record. Pure. Errors: invalid, with the
// field.
Result<StockChange> change_of_ocapi(std::string_view body, bool whole);

void add_ocapi_routes(http::Router& router, InventoryService& inventory,
                      const std::string& public_url);

}  // namespace stockbell::commerce
