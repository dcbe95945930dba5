#include "engagement/restocks/restock_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace stockbell::engagement {
namespace {

bool names(const SkuRule& special, std::string_view sku) {
  return std::ranges::any_of(special.skus, [&](const std::string& one) {
    return one.ends_with('*') ? sku.starts_with(std::string_view(one).substr(0, one.size() - 1))
                              : sku == one;
  });
}

std::string units_text(std::int64_t units) {
  return fmt::format("{} unit{}", units, units == 1 ? "" : "s");
}

}  // namespace

const RestockRule& RestockRules::rule_for(std::string_view sku) const {
  for (const auto& one : special_)
    if (names(one, sku)) return one.rule;
  return standard_;
}

bool RestockRules::asks() const {
  return standard_.asks() ||
         std::ranges::any_of(special_, [](const SkuRule& one) { return one.rule.asks(); });
}

std::optional<Hold> judge(const RestockRule& rule, const ComeBack& back, Time now) {
  const bool told = back.units > 0;  // in stock, and no word how many: enough
  if (told && back.units < rule.minimum_quantity)
    return Hold{HoldReason::minimum_quantity, rule.minimum_quantity, {}};
  if (told && back.largest < rule.minimum_increase)
    return Hold{HoldReason::minimum_increase, rule.minimum_increase, {}};
  std::optional<Hold> held;
  if (rule.must_hold.count() > 0)
    held = Hold{HoldReason::must_hold, 0, back.since + rule.must_hold};
  if (rule.cool_down.count() > 0 && back.last_restock) {
    const auto until = *back.last_restock + rule.cool_down;
    if (!held || until > *held->until) held = Hold{HoldReason::cool_down, 0, until};
  }
  if (held && *held->until > now) return held;
  return {};
}

std::string sentence_of(const Hold& hold, std::int64_t units) {
  switch (hold.why) {
    case HoldReason::minimum_quantity:
      return fmt::format("back with {}, the rule wants {}", units_text(units), hold.wanted);
    case HoldReason::minimum_increase:
      return fmt::format(
          "back with {}; a restock takes {} that come in at once, fewer are a transfer or a return",
          units_text(units), hold.wanted);
    case HoldReason::must_hold:
      return fmt::format("back with {}, held until {}: it must stay in stock till then",
                         units_text(units), to_rfc3339(*hold.until));
    case HoldReason::cool_down:
      return fmt::format("back with {}, held until {}: cool-down since the last restock",
                         units_text(units), to_rfc3339(*hold.until));
  }
  return {};
}

}  // namespace stockbell::engagement
