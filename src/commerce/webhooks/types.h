// What a shop system's webhook says, in the words of no system: products with their variants, stock
// levels, orders. Made by shopify_payload and woocommerce_payload, kept by WebhookService. Step 8.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "commerce/catalog/types.h"
#include "contracts/purchases.h"

namespace stockbell::commerce {

enum class ShopSystem { shopify, woocommerce };

// How much there is of a variant, as the product payload says it.
struct ShopStock {
  bool tracked = true;  // false: never runs out, unless `state` says otherwise
  enum class State { by_quantity, in_stock, out_of_stock, backorder } state = State::by_quantity;
  std::optional<std::int64_t> quantity;  // in all locations together
  bool backorder = false;                // goes on selling when there is none
  bool of_parent = false;                // the parent's stock, shared by its variations
};

struct ShopVariant {
  std::string key;  // what levels and orders name: Shopify's inventory item, WooCommerce's product
  std::string variant_id;  // what an order's line names
  std::string sku;         // "" when the shop gives none: variant_id stands for it
  std::string title, color, size, image;
  std::optional<std::int64_t> price_minor, sale_price_minor;
  ShopStock stock;
};

struct ShopProduct {
  std::string id;
  std::string parent_id;  // of a variation that comes alone; else ""
  Time updated_at{};      // later ones win
  bool restored = false;  // from the bin: whatever was said before
  bool online = true;
  bool is_master = false;  // it groups variants, here or elsewhere, and is no item itself
  bool all_variants = false;  // variants that are not listed are gone
  std::string name, short_description, description, brand, category, image;
  std::vector<ShopVariant> variants;
  std::optional<ShopStock> shared_stock;  // for the variations that share it
};

// Units of an inventory item at a location.
struct ShopLevel {
  std::string item, location;
  std::optional<std::int64_t> available;  // empty: the item is not kept there
  Time updated_at{};
};

struct ShopOrder {
  std::string id, email;
  Time at{};
  struct Line {
    std::string sku, variant_id;
    int quantity = 1;
  };
  std::vector<Line> lines;
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ShopSystem> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ShopSystem>>({
        {stockbell::commerce::ShopSystem::shopify, "shopify"},
        {stockbell::commerce::ShopSystem::woocommerce, "woocommerce"},
    });
