// ATS arithmetic and availability (B2C Commerce, reference 2.2) and the reading of quantities.
// Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.h"
#include "commerce/inventory/types.h"

namespace stockbell::commerce {

// StockLevel = max(0, allocation - turnover - onOrder). Orderable is not in stock: an item that can
// only be pre-ordered or back-ordered is not. Perpetual is always in stock; a record without
// allocation is in stock only if perpetual.
StockLevel stock_level(const StockRecord& record);

// Units that can be ordered at all: max(0, allocation + preorder allocation - turnover - onOrder).
std::int64_t orderable_units(const StockRecord& record);

// "12", "12.0", " 7 "; parts of a unit are dropped. Empty for anything else, and beyond +-1e12.
std::optional<std::int64_t> parse_units(std::string_view text);
std::optional<bool> parse_boolean(
    std::string_view text);  // XML Schema's: true, false, 1, 0; and yes, no; any case

// A SKU as files and addresses may hold it: 1-100 characters, no control characters. Error
// "sku-invalid".
Result<std::string> parse_sku(std::string_view text);

}  // namespace stockbell::commerce
