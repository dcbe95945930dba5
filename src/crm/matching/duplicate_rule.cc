#include "crm/matching/duplicate_rule.h"

#include "crm/matching/folding.h"
#include "platform/text/json_reader.h"
#include "platform/text/json.h"

namespace stockbell::crm::matching {
namespace {

using text::JsonReader;

constexpr std::string_view kReason = "duplicate-rule-invalid";
constexpr std::size_t kMaxConditions = 16;

bool holds(const DuplicateCondition& condition, const ContactFields& contact) {
  using enum DuplicateCondition::Operator;
  const auto actual = fold(text_of(contact, condition.field));
  const auto wanted = fold(condition.value);
  switch (condition.is) {
    case equals:
      return actual == wanted;
    case not_equals:
      return actual != wanted;
    case starts_with:
      return actual.starts_with(wanted);
    case blank:
      return actual.empty();
    case not_blank:
      break;
  }
  return !actual.empty();
}

Result<DuplicateCondition> read_condition(const JsonReader& in) {
  SB_CHECK(in.only({"field", "is", "value"}));
  using Operator = DuplicateCondition::Operator;
  SB_TRY(field, in.word<Field>("field"));
  SB_TRY(is, in.word<Operator>("is", Operator::equals));
  SB_TRY(value, in.text("value", 255, ""));
  const bool unary = is == Operator::blank || is == Operator::not_blank;
  if (unary != value.empty())
    return in.refuse("value", unary ? "has no meaning with blank and not_blank" : "is missing");
  return DuplicateCondition{field, is, std::move(value)};
}

}  // namespace

bool DuplicateRule::applies_to(const ContactFields& contact) const {
  return std::ranges::all_of(conditions,
                             [&](const auto& condition) { return holds(condition, contact); });
}

Result<DuplicateRule> parse_duplicate_rule(std::string_view json) {
  auto object = text::parse_json_object(json, 16 * 1024);
  if (!object)
    return fail(ErrorCode::invalid, std::string(kReason),
                "a duplicate rule is a JSON object: " + object.error().message);
  JsonReader in(*object, "", kReason);
  SB_CHECK(in.only(
      {"name", "label", "matching_rule", "on_create", "on_edit", "alert", "report", "when"}));
  SB_TRY(name, in.identifier("name"));
  SB_TRY(label, in.text("label", 200, name));
  SB_TRY(matching_rule, in.identifier("matching_rule"));
  SB_TRY(on_create, in.word<DuplicateAction>("on_create", DuplicateAction::allow));
  SB_TRY(on_edit, in.word<DuplicateAction>("on_edit", DuplicateAction::allow));
  SB_TRY(alert, in.boolean("alert", true));
  SB_TRY(report, in.boolean("report", true));
  DuplicateRule rule{std::move(name),
                     std::move(label),
                     std::move(matching_rule),
                     on_create,
                     on_edit,
                     alert,
                     report,
                     {}};
  SB_TRY(when, in.list("when", kMaxConditions));
  for (std::size_t i = 0; when != nullptr && i < when->size(); ++i) {
    SB_TRY(element, in.element(*when, "when", i));
    SB_TRY(condition, read_condition(element));
    rule.conditions.push_back(std::move(condition));
  }
  return rule;
}

DuplicateRule shipped_duplicate_rule() {
  return {"standard_contact_duplicates",
          "Contacts that the standard rule takes for one person",
          "standard_contact",
          DuplicateAction::allow,
          DuplicateAction::allow,
          false,
          true,
          {}};
}

}  // namespace stockbell::crm::matching
