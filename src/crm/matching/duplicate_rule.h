// A duplicate rule as data: which matching rule looks for doubles when a contact is created or
// edited, and what is done about one: block it, or allow it with an alert, a report (a duplicate
// set to review) or both. Read from JSON; used by crm/contacts and crm/rest. Immutable values.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/matching/types.h"

namespace stockbell::crm::matching {

enum class DuplicateAction { allow, block };

// A condition on the contact that is created or edited; texts are compared without case.
struct DuplicateCondition {
  enum class Operator { equals, not_equals, starts_with, blank, not_blank };
  Field field;
  Operator is = Operator::equals;
  std::string value;  // "" for blank and not_blank
};

struct DuplicateRule {
  std::string name;  // letters, digits, _
  std::string label;
  std::string matching_rule;  // its name
  DuplicateAction on_create = DuplicateAction::allow;
  DuplicateAction on_edit = DuplicateAction::allow;
  bool alert = true;                           // the caller is told (a block always tells)
  bool report = true;                          // the pair becomes a duplicate set
  std::vector<DuplicateCondition> conditions;  // all must hold; none: every contact

  bool applies_to(const ContactFields& contact) const;
};

// {"name","label","matching_rule","on_create":"allow|block","on_edit","alert":true,"report":true,
//  "when":[{"field":"country","is":"equals","value":"DE"}]}
// Errors: invalid, "duplicate-rule-invalid", `field` is the JSON path.
Result<DuplicateRule> parse_duplicate_rule(std::string_view json);

// Allow, report, no alert, by the standard contact rule: "standard_contact_duplicates".
DuplicateRule shipped_duplicate_rule();

}  // namespace stockbell::crm::matching

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::DuplicateAction> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::DuplicateAction>>({
        {stockbell::crm::matching::DuplicateAction::allow, "allow"},
        {stockbell::crm::matching::DuplicateAction::block, "block"},
    });

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::DuplicateCondition::Operator> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::DuplicateCondition::Operator>>({
        {stockbell::crm::matching::DuplicateCondition::Operator::equals, "equals"},
        {stockbell::crm::matching::DuplicateCondition::Operator::not_equals, "not_equals"},
        {stockbell::crm::matching::DuplicateCondition::Operator::starts_with, "starts_with"},
        {stockbell::crm::matching::DuplicateCondition::Operator::blank, "blank"},
        {stockbell::crm::matching::DuplicateCondition::Operator::not_blank, "not_blank"},
    });
