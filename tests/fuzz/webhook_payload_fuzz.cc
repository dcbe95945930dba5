// Webhook bodies of shops, after their signature was found good: the first byte says whose.
#include "commerce/webhooks/shopify_payload.h"
#include "commerce/webhooks/webhook_rules.h"
#include "commerce/webhooks/woocommerce_payload.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

namespace {

void look_at(const Result<commerce::ShopProduct>& product) {
  if (!product) return;
  std::vector<commerce::webhook_store::StoredItem> items;
  for (const auto& variant : product->variants) {
    commerce::webhook_store::StoredItem item;
    item.sku = variant.variant_id;
    item.stock = variant.stock;
    for (const auto& change : commerce::stock_changes(item, {}, {"default"}))
      REQUIRE(change.remove || change.allocation.value_or(-1) >= 0);
    items.push_back(std::move(item));
  }
  REQUIRE(text::valid_utf8(product->description));
  commerce::catalog_store::CatalogChanges changes;
  commerce::add_to_catalog(*product, items, changes);
  REQUIRE(changes.products.size() <= product->variants.size() + 1);
}

}  // namespace

FUZZ_TARGET(webhook_payload) {
  fuzz::Bytes bytes(input);
  const auto kind = bytes.byte() % 6;
  const auto body = commerce::payload::parse(bytes.rest());
  if (!body) return;
  if (kind == 0) look_at(commerce::shopify::product(*body));
  if (kind == 1) static_cast<void>(commerce::shopify::level(*body, Time()));
  if (kind == 2) static_cast<void>(commerce::shopify::inventory_item(*body, Time()));
  if (kind == 3) static_cast<void>(commerce::shopify::order(*body, Time()));
  if (kind == 4) look_at(commerce::woocommerce::product(*body));
  if (kind == 5) static_cast<void>(commerce::woocommerce::order(*body, Time()));
}
