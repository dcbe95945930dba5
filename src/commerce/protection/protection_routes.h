// GET /api/v1/page-token for shops that draw their own pages, and GET /api/v1/front-door, what the
// front door did since the start. Step 2.
#pragma once
#include <functional>

#include "commerce/protection/front_door.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

using SkuKnown = std::function<Result<bool>(const std::string& sku)>;

// All must outlive the router.
void add_protection_routes(http::Router& router, const FrontDoor& door, const Sites& sites,
                           const Clock& clock, SkuKnown sku_known);

}  // namespace stockbell::commerce
