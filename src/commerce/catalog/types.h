// Products as the catalog file gives them. Used by the catalog's store, the feed and the
// storefront.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace stockbell::commerce {

// One <product>: a master that groups variants, a variant, or a simple product.
struct Product {
  std::string id;  // the SKU unless it is a master
  bool is_master = false;
  std::string name, short_description, description, brand, category;
  std::string image;  // path as the catalog has it
  bool online = true;
  std::string color, size;
  std::optional<std::int64_t> price_minor, sale_price_minor;  // hundredths
  std::string currency;
  bool operator==(const Product&) const = default;
};

// A variation group: `sku` is a variant of `master`, at `position` in its list.
struct Variation {
  std::string master, sku;
  std::int64_t position = 0;
};

// An item that can be asked for and sold: a variant with what it inherits from its master, or a
// simple product.
struct Item {
  std::string sku;
  std::string product_id;  // the master's id, or the SKU of a simple product
  bool is_variant = false;
  std::string name, short_description, description, brand, category, image, color, size, currency;
  bool online = true;
  std::optional<std::int64_t> price_minor, sale_price_minor;
  std::string availability;  // word of commerce::Availability
  std::int64_t ats = 0;
  std::optional<Time> stock_changed_at;
};

}  // namespace stockbell::commerce
