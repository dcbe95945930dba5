// What commerce knows of an item's stock. Used by every commerce module that shows or sends
// availability. Step 8.
#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"

namespace stockbell::commerce {

enum class Availability { in_stock, out_of_stock, preorder, backorder };
enum class PreorderHandling { none, preorder, backorder };

// One record of the site's inventory list, in whole units (parts of units are dropped).
struct StockRecord {
  std::string sku;
  std::optional<std::int64_t> allocation;  // empty: none was given
  std::int64_t preorder_allocation = 0;
  PreorderHandling handling = PreorderHandling::none;
  bool perpetual = false;
  std::int64_t turnover = 0, on_order = 0;
  std::optional<Time> allocated_at;  // when the allocation was true; older ones are refused
  bool operator==(const StockRecord&) const = default;
};

// What follows from a record.
struct StockLevel {
  Availability availability = Availability::out_of_stock;
  std::int64_t ats = 0;  // units that can be sold from stock
  bool operator==(const StockLevel&) const = default;
  bool in_stock() const { return availability == Availability::in_stock; }
};

inline constexpr std::int64_t kPerpetualUnits =
    999999;  // how perpetual stock is counted (SCAPI's figure)

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::Availability> =
    std::to_array<stockbell::EnumText<stockbell::commerce::Availability>>({
        {stockbell::commerce::Availability::in_stock, "in_stock"},
        {stockbell::commerce::Availability::out_of_stock, "out_of_stock"},
        {stockbell::commerce::Availability::preorder, "preorder"},
        {stockbell::commerce::Availability::backorder, "backorder"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::PreorderHandling> =
    std::to_array<stockbell::EnumText<stockbell::commerce::PreorderHandling>>({
        {stockbell::commerce::PreorderHandling::none, "none"},
        {stockbell::commerce::PreorderHandling::preorder, "preorder"},
        {stockbell::commerce::PreorderHandling::backorder, "backorder"},
    });
