// What a source says about one record of a list, and what becomes of the record by it (reference
// 2.2, 2.3). Pure. Step 8.
#pragma once
#include <optional>
#include <string>

#include "commerce/inventory/types.h"

namespace stockbell::commerce {

enum class ImportMode { merge, update, replace, remove };

// What is not said stays as it was, or takes its default when `whole`.
struct StockChange {
  std::string list, sku;
  std::int64_t line = 0;       // where it stood in its file
  bool remove = false;         // the record is to be deleted
  bool only_existing = false;  // a record that is not there is not made
  bool whole = false;
  std::optional<std::int64_t> allocation, preorder_allocation, turnover, on_order, reserved,
      safety_stock;
  std::optional<PreorderHandling> handling;
  std::optional<bool> perpetual;
  std::optional<Time> allocated_at;  // when the allocation was true; empty: now
  std::optional<Time> in_stock_at;
  std::optional<std::vector<StockFuture>> futures;
  std::optional<std::string> custom;
};

// Why the change is out of date: a reason word and a sentence; empty when it is not. An allocation
// must not be older than kOldestAllocation, nor than the one that is known.
struct Stale {
  std::string_view reason, message;
};
std::optional<Stale> stale(const StockChange& change, const StockRecord* stored, Time now);

// The record after the change. A new allocation keeps orders and resets turnover to what was sold
// after its time (nothing, if none is stated), unless the change states them (an export read back
// must not offer units that are sold). A time that is still to come counts as now: nobody knows
// tomorrow's stock, and later files must not be locked out.
StockRecord changed_record(const StockChange& change, const StockRecord* stored, Time now);

// Whether writing `next` would say nothing new: all is equal but a time that was not stated.
bool says_nothing(const StockChange& change, const StockRecord& stored, const StockRecord& next);

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ImportMode> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ImportMode>>({
        {stockbell::commerce::ImportMode::merge, "merge"},
        {stockbell::commerce::ImportMode::update, "update"},
        {stockbell::commerce::ImportMode::replace, "replace"},
        {stockbell::commerce::ImportMode::remove, "delete"},
    });
