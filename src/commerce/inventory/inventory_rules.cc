#include "commerce/inventory/inventory_rules.h"

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000'000;
constexpr std::size_t kSkuBytes = 100;

}  // namespace

std::int64_t orderable_units(const StockRecord& record) {
  if (record.perpetual) return kPerpetualUnits;
  auto extra = record.handling == PreorderHandling::none ? 0 : record.preorder_allocation;
  return std::max<std::int64_t>(
      0, record.allocation.value_or(0) + extra - record.turnover - record.on_order);
}

StockLevel stock_level(const StockRecord& record) {
  if (record.perpetual) return {Availability::in_stock, kPerpetualUnits};
  auto units = record.allocation ? std::max<std::int64_t>(
                                       0, *record.allocation - record.turnover - record.on_order)
                                 : 0;
  if (units > 0) return {Availability::in_stock, units};
  if (orderable_units(record) > 0 && record.handling == PreorderHandling::preorder)
    return {Availability::preorder, 0};
  if (orderable_units(record) > 0 && record.handling == PreorderHandling::backorder)
    return {Availability::backorder, 0};
  return {};
}

std::optional<std::int64_t> parse_units(std::string_view text) {
  std::string trimmed = text::trim(text);
  std::string_view rest = trimmed;
  bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::int64_t units = 0;
  std::size_t digits = 0;
  for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
    units = units * 10 + (rest[digits] - '0');
    if (units > kMostUnits) return {};
  }
  auto whole = digits;
  if (digits < rest.size() && rest[digits] == '.') {
    ++digits;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    if (digits == whole + 1 && whole == 0) return {};  // "." alone
  }
  if (rest.empty() || digits != rest.size()) return {};
  return negative ? -units : units;
}

std::optional<bool> parse_boolean(std::string_view text) {
  std::string word = text::trim(text);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (word == "true" || word == "1" || word == "yes" || word == "y") return true;
  if (word == "false" || word == "0" || word == "no" || word == "n") return false;
  return {};
}

Result<std::string> parse_sku(std::string_view text) {
  std::string sku = text::trim(text);
  if (sku.empty()) return fail(ErrorCode::invalid, "sku-missing", "the SKU is missing", "sku");
  if (sku.size() > kSkuBytes || !text::valid_utf8(sku) || text::has_control(sku))
    return fail(ErrorCode::invalid, "sku-invalid",
                "a SKU has 1 to 100 characters and no control characters", "sku");
  return sku;
}

}  // namespace stockbell::commerce
