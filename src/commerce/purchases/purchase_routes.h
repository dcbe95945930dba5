// POST /api/v1/purchases: the shop tells what was bought, one purchase or a list; requests for it
// are closed. Answered once the CRM has it; safe to repeat.
#pragma once
#include <string_view>
#include <vector>

#include "contracts/purchases.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

inline constexpr std::size_t kMostPurchases = 1000;

// A JSON object or an array of them. Errors: invalid, naming the field and which purchase; nothing
// of a list with a wrong one is taken.
Result<std::vector<Purchase>> parse_purchases(std::string_view body, Time now);

// Both must outlive the router.
void add_purchase_routes(http::Router& router, Purchases& purchases, const Clock& clock);

}  // namespace stockbell::commerce
