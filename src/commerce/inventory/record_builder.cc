#include "commerce/inventory/record_builder.h"

#include "commerce/inventory/inventory_rules.h"
#include "platform/text/text.h"

namespace stockbell::commerce {

void RecordBuilder::refuse(std::string reason, std::string message) {
  if (!refused_) refused_ = RefusedRow{change_.line, std::move(reason), std::move(message)};
}

void RecordBuilder::sku(std::string_view text) {
  if (auto sku = parse_sku(text))
    change_.sku = std::move(*sku);
  else
    refuse(sku.error().reason, sku.error().message);
}

void RecordBuilder::list(std::string_view text) {
  if (text::trim(text).empty()) return;
  if (auto list = parse_list_id(text))
    change_.list = std::move(*list);
  else
    refuse(list.error().reason, list.error().message);
}

void RecordBuilder::units(std::string_view name, std::string_view text,
                          std::optional<std::int64_t>& target, bool may_be_negative) {
  if (text::trim(text).empty()) return;
  auto units = parse_units(text);
  if (!units || (*units < 0 && !may_be_negative))
    return refuse(
        std::string(name) + "-invalid",
        std::string(name) + " is not a quantity: digits, and a point before parts of a unit");
  target = *units;
}

void RecordBuilder::perpetual(std::string_view text) {
  if (text::trim(text).empty()) return;
  auto flag = parse_boolean(text);
  if (!flag) return refuse("perpetual-invalid", "perpetual is true or false");
  change_.perpetual = *flag;
}

void RecordBuilder::handling(std::string_view text) {
  auto word = text::trim(text);
  if (word.empty()) return;
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  auto handling = parse_enum<PreorderHandling>(word);
  if (!handling)
    return refuse("handling-invalid", "preorder-backorder-handling is none, preorder or backorder");
  change_.handling = *handling;
}

void RecordBuilder::allocated_at(std::string_view text) {
  auto word = text::trim(text);
  if (word.empty()) return;
  change_.allocated_at = parse_rfc3339(word);
  if (!change_.allocated_at)
    refuse("timestamp-invalid", "allocation-timestamp is not a date and time");
}

void RecordBuilder::in_stock_at(std::string_view text) {
  if (text::trim(text).empty()) return;
  auto moment = parse_moment(text);
  if (!moment) return refuse("in-stock-date-invalid", "in-stock-date is not a date");
  change_.in_stock_at = moment;
}

void RecordBuilder::take(std::string_view name, std::string_view text) {
  if (name == "allocation") units(name, text, change_.allocation);
  if (name == "allocation-timestamp") allocated_at(text);
  if (name == "perpetual") perpetual(text);
  if (name == "preorder-backorder-handling") handling(text);
  if (name == "preorder-backorder-allocation") units(name, text, change_.preorder_allocation);
  if (name == "in-stock-date" && !change_.in_stock_at) in_stock_at(text);
  if (name == "in-stock-datetime") in_stock_at(text);
  if (name == "turnover" || name == "turn-over") units(name, text, change_.turnover, true);
  if (name == "on-order") units(name, text, change_.on_order);
  if (name == "reserved") units(name, text, change_.reserved);
  if (name == "safety-stock") units(name, text, change_.safety_stock);
}

}  // namespace stockbell::commerce
