// Shopify's webhook payloads (Admin REST shapes): products/*, inventory_levels/*, inventory_items/*,
// orders/*. Pure. Step 8.
#pragma once
#include "commerce/webhooks/payload_fields.h"
#include "commerce/webhooks/types.h"

namespace stockbell::commerce::shopify {

// Errors: invalid "payload-invalid", naming the member that is missing.
Result<ShopProduct> product(const payload::Object& body);
Result<ShopLevel> level(const payload::Object& body, Time now);

struct InventoryItem {
  std::string id, sku;
  bool tracked = true;
  Time updated_at{};
};
Result<InventoryItem> inventory_item(const payload::Object& body, Time now);
// Empty: nothing was bought (a test, a cancelled order).
Result<std::optional<ShopOrder>> order(const payload::Object& body, Time now);

}  // namespace stockbell::commerce::shopify
