// Purchases as the shop tells them: a JSON object or a list.
#include "commerce/purchases/purchase_routes.h"
#include "fuzz/fuzz.h"

using namespace stockbell;

FUZZ_TARGET(purchases) {
  const Time now(std::chrono::hours(24 * 365 * 56));
  const auto read = commerce::parse_purchases(input, now);
  if (!read) {
    REQUIRE(!read.error().reason.empty());
    return;
  }
  REQUIRE(read->size() <= commerce::kMostPurchases);
  for (const auto& purchase : *read)
    REQUIRE(!purchase.email_normalized.empty() && !purchase.sku.empty() && purchase.at <= now &&
            !purchase.order_id.empty() && purchase.quantity >= 1);
}
