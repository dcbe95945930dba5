// What commerce knows of an item's stock: the records of inventory lists, and what a site can sell
// by them. Used by every commerce module that shows or sends availability. Step 8.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"

namespace stockbell::commerce {

enum class Availability { in_stock, out_of_stock, preorder, backorder };
enum class PreorderHandling { none, preorder, backorder };

// Units that are to come (OCI); they can be ordered, not bought from stock.
struct StockFuture {
  std::int64_t units = 0;
  std::optional<Time> expected_at;
  bool operator==(const StockFuture&) const = default;
};

// Units that were sold after an allocation, as a source that states turnover let it be seen.
struct TurnoverEntry {
  Time at{};  // by when they were sold
  std::int64_t units = 0;
  bool operator==(const TurnoverEntry&) const = default;
};

// One record of an inventory list, in whole units (parts of units are dropped).
struct StockRecord {
  std::string list = "default", sku;
  std::optional<std::int64_t> allocation;  // empty: none was given
  std::int64_t preorder_allocation = 0;
  PreorderHandling handling = PreorderHandling::none;
  bool perpetual = false;
  std::int64_t turnover = 0, on_order = 0, reserved = 0;
  std::optional<std::int64_t> safety_stock;  // never sold; empty: as much as the site keeps back
  std::optional<Time> allocated_at;          // when the allocation was true; older ones are refused
  std::optional<Time> in_stock_at;           // when pre-ordered or back-ordered units are expected
  std::vector<StockFuture> futures;
  std::string custom;                           // JSON object of the custom attributes; "": none
  std::vector<TurnoverEntry> turnover_entries;  // rising times: turnover_ledger.h
  bool operator==(const StockRecord&) const = default;
};

// An inventory list: what its header says.
struct InventoryList {
  std::string id = "default";
  bool default_in_stock = false;  // items without a record are in stock
  bool use_bundle_inventory_only = false, on_order = false;
  std::string description;
  std::string custom;  // as of StockRecord
  bool operator==(const InventoryList&) const = default;
};

// What can be sold of an item.
struct StockLevel {
  Availability availability = Availability::out_of_stock;
  std::int64_t ats = 0;                  // units that can be sold from stock
  std::int64_t orderable = 0;            // those and what can be pre-ordered or back-ordered
  std::optional<Time> in_stock_at = {};  // of what is pre-ordered or back-ordered
  bool operator==(const StockLevel&) const = default;
  bool in_stock() const { return availability == Availability::in_stock; }
};

inline constexpr std::int64_t kPerpetualUnits =
    999999;  // how perpetual stock is counted (SCAPI's figure)
inline constexpr StockLevel kPerpetualLevel{
    Availability::in_stock, kPerpetualUnits, kPerpetualUnits, {}};

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
