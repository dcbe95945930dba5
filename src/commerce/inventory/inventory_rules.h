// What can be sold: ATS arithmetic of one record (B2C Commerce, reference 2.2), several lists as
// one site's stock, masters, sets and bundles; and the reading of quantities. Pure. Step 8.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "commerce/inventory/types.h"
#include "commerce/sites/sites.h"

namespace stockbell::commerce {

// What one record offers. Units from stock: max(0, allocation - turnover - onOrder - reserved -
// safety stock); `site_safety_stock` counts where the record names none of its own. Orderable is
// not in stock: an item that can only be pre-ordered or back-ordered is not. Perpetual is always in
// stock; a record without allocation is in stock only if perpetual.
StockLevel stock_level(const StockRecord& record, std::int64_t site_safety_stock = 0);

// A list as a site looks at it for one item.
struct ListView {
  const StockRecord* record = nullptr;  // null: the list has none
  bool default_in_stock = false;        // then this is what it says
};
// The lists in the site's order. ListPolicy::sum: their units together, and what any of them says
// is always there; ListPolicy::first: the first list that has a record, else their defaults.
StockLevel site_level(const Site& site, std::span<const ListView> lists);

// Whether shoppers of this site are told: in stock, or in a state that the site rings for.
bool rings(const Site& site, const StockLevel& level);
// The units that can be promised to those who are told.
std::int64_t units_to_tell(const StockLevel& level);

// A master is available as any of its variations is, a set as any of its members.
StockLevel any_of(std::span<const StockLevel> members);

struct BundlePart {
  StockLevel level;
  std::int64_t quantity = 1;  // of this member in one bundle
};
// The least that members allow, and the bundle's own record where it has one. Without members or
// with `own_only` (use-bundle-inventory-only) the own level decides alone.
StockLevel bundle_level(std::span<const BundlePart> members, const std::optional<StockLevel>& own,
                        bool own_only);

// "12", "12.0", " 7 "; parts of a unit are dropped. Empty for anything else (decimal commas and
// thousands separators too: 1,000 has two meanings), and beyond +-1e12.
std::optional<std::int64_t> parse_units(std::string_view text);
std::optional<bool> parse_boolean(
    std::string_view text);  // XML Schema's: true, false, 1, 0; and yes, no; any case
// A date ("2026-03-01": its first moment in UTC) or a date and time.
std::optional<Time> parse_moment(std::string_view text);

// A SKU as files and addresses may hold it: 1-100 characters, no control characters. Error
// "sku-invalid".
Result<std::string> parse_sku(std::string_view text);
// An id of an inventory list: 1-256 characters, no control characters. Error "list-invalid".
Result<std::string> parse_list_id(std::string_view text);

}  // namespace stockbell::commerce
