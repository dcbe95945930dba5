// Products as catalog files and shops' webhooks give them. Used by the catalog's store, the feed
// and the storefront.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace stockbell::commerce {

// A value of a file: empty when the file says nothing of it, so that what is known stays.
template <class T>
using Said = std::optional<T>;
inline constexpr std::int64_t kCleared = -1;  // of a price or date: the file says that there is none

// Texts in one language of a product that comes in several.
struct ProductText {
  std::string locale;  // "x-default", "de-DE"
  Said<std::string> name, short_description, description;
  bool operator==(const ProductText&) const = default;
};

struct ProductImage {
  std::string view_type;         // "large"; "" when the file has no groups
  std::string attribute, value;  // of the variants it shows; "" for all
  std::string path;
  bool operator==(const ProductImage&) const = default;
};

// When a site sells the product otherwise than the other sites do. Dates: milliseconds since 1970,
// or kCleared: the product's own counts again.
struct SiteOnline {
  std::string site;
  Said<bool> online;
  Said<std::int64_t> online_from, online_to;
  bool operator==(const SiteOnline&) const = default;
};

struct Member {
  std::string sku;
  std::int64_t quantity = 1;  // of a bundle; a set has no quantities
  bool removed = false;       // of a bundle: the catalog has deleted it
  bool operator==(const Member&) const = default;
};

// One <product>: a master that groups variants, a variant, a set, a bundle or a simple product.
struct Product {
  std::string id;  // the SKU unless it is a master
  Said<bool> is_master;
  Said<std::string> name, short_description, description, brand, category;
  Said<std::string> image;  // path as the catalog has it
  Said<bool> online;        // a new product is, unless the file says otherwise
  Said<std::int64_t> online_from, online_to;  // milliseconds since 1970, or kCleared
  Said<bool> searchable;
  Said<std::string> color, size;
  Said<std::int64_t> price_minor, sale_price_minor;  // hundredths, or kCleared
  Said<std::string> currency;
  std::vector<ProductText> texts;  // empty unless there is more than one language
  Said<std::vector<ProductImage>> images;
  std::vector<SiteOnline> sites;
  Said<std::vector<Member>> set_members, bundle_members;
  bool operator==(const Product&) const = default;
};

// A variation group: `sku` is a variant of `master`, at `position` in its list.
struct Variation {
  std::string master, sku;
  std::int64_t position = 0;
};

// A set or a bundle and what it is made of. A set is in stock when any member is, a bundle when
// all are, each in its quantity (reference 2.2).
struct ProductGroup {
  enum class Kind { set, bundle };
  Kind kind = Kind::set;
  std::string id;
  std::vector<Member> members;
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
