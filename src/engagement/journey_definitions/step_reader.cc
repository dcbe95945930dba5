#include "engagement/journey_definitions/step_reader.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace stockbell::engagement {
namespace {

using text::JsonReader;
using What = decltype(JourneyStep::what);

constexpr std::size_t kMaxText = 200, kMaxConditions = 20, kMaxBranches = 20, kMaxId = 40;

bool is_number(ConditionField field) {
  return field == ConditionField::request_quantity ||
         field == ConditionField::request_waiting_days || field == ConditionField::stock_units;
}

Result<JourneyCondition> read_condition(const JsonReader& in) {
  SB_CHECK(in.only({"field", "is", "value"}));
  JourneyCondition condition;
  SB_TRY(field, in.word<ConditionField>("field"));
  SB_TRY(is, in.word<ConditionOperator>("is", ConditionOperator::equals));
  condition.field = field;
  condition.is = is;
  const bool asks_blank = is == ConditionOperator::blank || is == ConditionOperator::not_blank;
  const bool compares = is == ConditionOperator::less || is == ConditionOperator::greater;
  if (asks_blank) {
    if (in.has("value"))
      return in.refuse("value", "does not go with blank and not_blank; leave it out");
    return condition;
  }
  if (is_number(field)) {
    if (is != ConditionOperator::equals && is != ConditionOperator::not_equals && !compares)
      return in.refuse("is", "must be equals, not_equals, less or greater for a number");
    if (!in.has("value")) return in.refuse("value", "is missing; it must be a whole number");
    SB_TRY(number, in.integer("value", -1'000'000'000, 1'000'000'000, 0));
    condition.number = number;
    return condition;
  }
  if (compares) return in.refuse("is", "must not be less or greater for a text");
  if (field == ConditionField::stock_available) {
    if (!in.has("value")) return in.refuse("value", "is missing; it must be true or false");
    SB_TRY(truth, in.boolean("value", true));
    condition.value = truth ? "true" : "false";
    return condition;
  }
  SB_TRY(value, in.text("value", kMaxText));
  if (field == ConditionField::request_status && !parse_enum<RequestStatus>(value))
    return in.refuse("value", "must be a status of a request, as Sent or Purchased");
  condition.value = value;
  return condition;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxId && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

Result<std::string> read_name(const JsonReader& in, std::string_view name) {
  SB_TRY(value, in.text(name, kMaxId));
  if (!is_name(value))
    return in.refuse(name, "must consist of letters, digits, - and _, at most 40");
  return value;
}

Result<NextStep> read_next(const JsonReader& in, std::string_view name) {
  if (!in.has(name)) return NextStep{};
  SB_TRY(id, read_name(in, name));
  return NextStep{id};
}

// 21:30 as the minute of the day.
Result<int> read_minute(const JsonReader& in, std::string_view name) {
  SB_TRY(text, in.text(name, 5));
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4)) {
    const int hour = (text[0] - '0') * 10 + text[1] - '0',
              minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour < 24 && minute < 60) return hour * 60 + minute;
  }
  return in.refuse(name, "must be a time of the day, 00:00 to 23:59");
}

Result<JourneyConditions> read_conditions(const JsonReader& in) {
  SB_TRY(when, read_all<JourneyCondition>(in, "when", kMaxConditions, read_condition));
  if (when.empty()) return in.refuse("when", "must list at least one condition");
  return std::move(when);
}

namespace {

Result<What> read_wait(const JsonReader& in) {
  SB_CHECK(in.only({"type", "duration", "unit", "until", "next"}));
  WaitStep step;
  if (!in.has("duration") && !in.has("until"))
    return in.refuse("", "must say duration and unit, or until a time of the day");
  if (in.has("duration")) {
    SB_TRY(amount, in.integer("duration", 1, 10'000, 0));
    SB_TRY(unit, in.text("unit", 10));
    static constexpr std::pair<std::string_view, int> kUnits[] = {
        {"minutes", 1}, {"hours", 60}, {"days", 24 * 60}, {"weeks", 7 * 24 * 60}};
    const auto found = std::ranges::find(kUnits, unit, &std::pair<std::string_view, int>::first);
    if (found == std::end(kUnits))
      return in.refuse("unit", "must be one of minutes, hours, days, weeks");
    step.wait = std::chrono::minutes(static_cast<std::int64_t>(amount) * found->second);
    if (step.wait > std::chrono::hours(24 * 400))
      return in.refuse("duration", "must not be longer than 400 days");
  } else if (in.has("unit")) {
    return in.refuse("unit", "goes with duration; say both or neither");
  }
  if (in.has("until")) {
    SB_TRY(minute, read_minute(in, "until"));
    step.until_minute = minute;
  }
  return step;
}

Result<What> read_decision(const JsonReader& in) {
  SB_CHECK(in.only({"type", "branches", "next"}));
  SB_TRY(branches, read_all<DecisionSplitStep::Branch>(
                       in, "branches", kMaxBranches,
                       [](const JsonReader& one) -> Result<DecisionSplitStep::Branch> {
                         SB_CHECK(one.only({"when", "next"}));
                         SB_TRY(when, read_conditions(one));
                         SB_TRY(next, read_next(one));
                         return DecisionSplitStep::Branch{std::move(when), next};
                       }));
  if (branches.empty()) return in.refuse("branches", "must list at least one");
  return DecisionSplitStep{std::move(branches)};
}

Result<What> read_engagement(const JsonReader& in) {
  SB_CHECK(in.only({"type", "email", "event", "yes", "next"}));
  EngagementSplitStep step;
  SB_TRY(email, read_name(in, "email"));
  SB_TRY(kind, in.word<EngagementKind>("event"));
  SB_TRY(yes, read_next(in, "yes"));
  step = {{email}, kind, yes};
  return step;
}

Result<What> read_random(const JsonReader& in) {
  SB_CHECK(in.only({"type", "branches"}));
  SB_TRY(branches, read_all<RandomSplitStep::Branch>(
                       in, "branches", kMaxBranches,
                       [](const JsonReader& one) -> Result<RandomSplitStep::Branch> {
                         SB_CHECK(one.only({"percent", "next"}));
                         SB_TRY(percent, one.integer("percent", 1, 100, 0));
                         if (percent == 0)
                           return one.refuse("percent", "is missing; it must be 1 to 100");
                         SB_TRY(next, read_next(one));
                         return RandomSplitStep::Branch{percent, next};
                       }));
  int sum = 0;
  for (const auto& branch : branches) sum += branch.percent;
  if (sum != 100)
    return in.refuse("branches",
                     fmt::format("must have shares that make 100 percent; they make {}", sum));
  return RandomSplitStep{std::move(branches)};
}

Result<What> read_update(const JsonReader& in) {
  SB_CHECK(in.only({"type", "status", "next"}));
  SB_TRY(status, in.word<RequestStatus>("status", RequestStatus::sent));
  if (status != RequestStatus::sent && status != RequestStatus::cancelled &&
      status != RequestStatus::expired)
    return in.refuse("status", "must be Sent, Cancelled or Expired");
  return UpdateObjectStep{status};
}

Result<What> read_webhook(const JsonReader& in) {
  SB_CHECK(in.only({"type", "url", "next"}));
  SB_TRY(url, in.text("url", 2000));
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  const auto host = http ? url.substr(url.find("://") + 3) : std::string();
  if (host.empty() || host.front() == '/' || url.find_first_of(" \"<>\\") != url.npos ||
      host.substr(0, host.find('/')).contains('@'))
    return in.refuse("url",
                     "must be an address that starts with https:// or http://, without a password");
  return WebhookStep{url};
}

}  // namespace

Result<What> read_step(const JsonReader& in) {
  SB_TRY(type, in.text("type", kMaxId));
  if (type == "recheck_stock" || type == "email") {
    if (type == "email") {
      SB_CHECK(in.only({"type", "template", "next"}));
      SB_TRY(name, in.text("template", kMaxText, "back_in_stock"));
      return EmailStep{name};
    }
    SB_CHECK(in.only({"type", "next"}));
    return RecheckStockStep{};
  }
  if (type == "wait") return read_wait(in);
  if (type == "decision_split") return read_decision(in);
  if (type == "engagement_split") return read_engagement(in);
  if (type == "random_split") return read_random(in);
  if (type == "update_object") return read_update(in);
  if (type == "webhook") return read_webhook(in);
  if (type == "exit") {
    SB_CHECK(in.only({"type"}));
    return ExitStep{};
  }
  return in.refuse("type", fmt::format("must be one of {}", fmt::join(kStepTypes, ", ")));
}

}  // namespace stockbell::engagement
