// The conditions of splits, exit criteria and goals.
#include <algorithm>

#include "engagement/journeys/journey_rules.h"

namespace stockbell::engagement {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : int(c); };
  return std::ranges::equal(a, b, [&](char x, char y) {
    return lower(static_cast<unsigned char>(x)) == lower(static_cast<unsigned char>(y));
  });
}

bool contains_without_case(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at)
    if (equal_without_case(text.substr(at, part.size()), part)) return true;
  return false;
}

std::string text_of(ConditionField field, const JourneyFacts& facts) {
  switch (field) {
    case ConditionField::contact_first_name:
      return facts.first_name;
    case ConditionField::contact_last_name:
      return facts.last_name;
    case ConditionField::contact_phone:
      return facts.phone;
    case ConditionField::contact_email_domain:
      return facts.email.substr(facts.email.rfind('@') + 1);
    case ConditionField::request_sku:
      return facts.sku;
    case ConditionField::request_site:
      return facts.site;
    case ConditionField::request_locale:
      return facts.locale;
    case ConditionField::request_status:
      return facts.status;
    case ConditionField::product_name:
      return facts.product_name;
    case ConditionField::product_variant:
      return facts.product_variant;
    case ConditionField::product_master:
      return facts.product_master;
    case ConditionField::stock_available:
      return facts.available ? "true" : "false";
    default:
      return {};
  }
}

std::optional<std::int64_t> number_of(ConditionField field, const JourneyFacts& facts, Time now) {
  switch (field) {
    case ConditionField::request_quantity:
      return facts.quantity;
    case ConditionField::request_waiting_days:
      return (now - facts.requested_at) / std::chrono::hours(24);
    case ConditionField::stock_units:
      return facts.units;
    default:
      return {};
  }
}

bool holds(const JourneyCondition& condition, const JourneyFacts& facts, Time now) {
  using enum ConditionOperator;
  if (const auto number = number_of(condition.field, facts, now)) {
    switch (condition.is) {
      case equals:
        return *number == condition.number;
      case not_equals:
        return *number != condition.number;
      case less:
        return *number < condition.number;
      case greater:
        return *number > condition.number;
      default:
        return condition.is == not_blank;
    }
  }
  const auto text = text_of(condition.field, facts);
  switch (condition.is) {
    case equals:
      return equal_without_case(text, condition.value);
    case not_equals:
      return !equal_without_case(text, condition.value);
    case starts_with:
      return equal_without_case(std::string_view(text).substr(0, condition.value.size()),
                                condition.value);
    case contains:
      return contains_without_case(text, condition.value);
    case blank:
      return text.empty();
    case not_blank:
      return !text.empty();
    default:
      return false;
  }
}

}  // namespace

bool holds(const JourneyConditions& conditions, const JourneyFacts& facts, Time now) {
  return std::ranges::all_of(conditions, [&](const auto& one) { return holds(one, facts, now); });
}

}  // namespace stockbell::engagement
