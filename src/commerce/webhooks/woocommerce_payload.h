// WooCommerce's webhook payloads (REST API v2, v3): product.*, order.*. A variation comes alone,
// under its own id, and names its parent. Pure. Step 8.
#pragma once
#include "commerce/webhooks/payload_fields.h"
#include "commerce/webhooks/types.h"

namespace stockbell::commerce::woocommerce {

// Errors: invalid "payload-invalid", naming the member that is missing.
Result<ShopProduct> product(const payload::Object& body);
// Empty: nothing was bought (not paid for, failed, cancelled, refunded).
Result<std::optional<ShopOrder>> order(const payload::Object& body, Time now);

}  // namespace stockbell::commerce::woocommerce
