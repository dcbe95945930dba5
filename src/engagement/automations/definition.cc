#include "engagement/automations/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "engagement/data_extensions/types.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kMostSteps = 50, kMostActivities = 20;
constexpr std::int64_t kLongestWait = 1000LL * 86400;  // seconds

std::unexpected<Error> bad(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "automation-invalid", std::move(message), std::move(field));
}

Result<> only(const boost::json::object& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object)
    if (std::ranges::find(known, std::string_view(name.data(), name.size())) == known.end())
      return bad("this member has no effect here: " +
                     std::string(name.data(), std::min<std::size_t>(name.size(), 50)),
                 std::string(name.data(), std::min<std::size_t>(name.size(), 50)));
  return {};
}

Result<Duration> read_wait(const boost::json::object& object) {
  const auto* length = object.if_contains("waitDuration");
  SB_TRY(unit, text::find_text(object, "waitUnit"));
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"SECONDS", 1}, {"MINUTES", 60}, {"HOURS", 3600}, {"DAYS", 86400}};
  for (const auto& [name, seconds] : kUnits)
    if (unit == name && length && length->is_int64() && length->get_int64() >= 1 &&
        length->get_int64() <= kLongestWait / seconds)
      return Duration(std::chrono::seconds(length->get_int64() * seconds));
  return bad(
      "a wait has waitDuration, and waitUnit SECONDS, MINUTES, HOURS or DAYS, of at most 1000 days",
      "waitDuration");
}

Result<Activity> read_activity(const boost::json::value& value) {
  if (!value.is_object()) return bad("an activity is an object", "activities");
  const auto& object = value.get_object();
  SB_CHECK(only(object, {"name", "objectTypeId", "activityObjectId", "displayOrder", "waitDuration",
                         "waitUnit"}));
  Activity made;
  const auto* type = object.if_contains("objectTypeId");
  const auto number = type && type->is_int64() ? type->get_int64() : 0;
  if (number != 43 && number != 300 && number != 467 && number != 733)
    return bad("objectTypeId is 43 (import), 300 (query), 467 (wait) or 733 (journey event)",
               "objectTypeId");
  made.type = static_cast<ActivityType>(number);
  SB_TRY(name, text::find_text(object, "name"));
  SB_TRY(target, text::find_text(object, "activityObjectId"));
  made.name = name.value_or("");
  made.object = target.value_or("");
  if (made.name.size() > 200 || made.object.size() > 200)
    return bad("a name has at most 200 bytes", "name");
  const bool needs = made.type == ActivityType::query || made.type == ActivityType::journey_event;
  if (needs && made.object.empty())
    return bad("activityObjectId names the query activity or the event definition",
               "activityObjectId");
  if (made.type == ActivityType::wait) {
    SB_TRY(wait, read_wait(object));
    made.wait = wait;
  }
  return made;
}

Result<std::vector<Step>> read_steps(const boost::json::value& value) {
  if (!value.is_array() || value.get_array().empty() || value.get_array().size() > kMostSteps)
    return bad(fmt::format("steps is an array of 1 to {} steps", kMostSteps), "steps");
  std::vector<Step> steps;
  for (const auto& one : value.get_array()) {
    if (!one.is_object()) return bad("a step is an object with activities", "steps");
    SB_CHECK(only(one.get_object(), {"step", "stepNumber", "name", "activities"}));
    const auto* activities = one.get_object().if_contains("activities");
    if (!activities || !activities->is_array() || activities->get_array().empty() ||
        activities->get_array().size() > kMostActivities)
      return bad(fmt::format("a step has 1 to {} activities", kMostActivities), "activities");
    Step step;
    for (const auto& activity : activities->get_array()) {
      SB_TRY(read, read_activity(activity));
      step.activities.push_back(std::move(read));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<> read_schedule(const boost::json::value& value, Automation& automation) {
  if (value.is_null()) {
    automation.start.reset();
    automation.recurrence.clear();
    return {};
  }
  if (!value.is_object())
    return bad("schedule is an object with startDate and icalRecur", "schedule");
  const auto& object = value.get_object();
  SB_CHECK(only(object, {"startDate", "icalRecur", "timezoneName"}));
  SB_TRY(start, text::find_text(object, "startDate"));
  SB_TRY(recurrence, text::find_text(object, "icalRecur"));
  SB_TRY(zone, text::find_text(object, "timezoneName"));
  if (zone && *zone != "UTC") return bad("schedules are in UTC", "timezoneName");
  automation.start = start ? parse_rfc3339(*start) : std::nullopt;
  if (!automation.start)
    return bad("startDate is a date such as 2026-01-31T08:15:00Z", "startDate");
  automation.recurrence = recurrence.value_or("");
  if (!automation.recurrence.empty()) SB_CHECK(parse_recurrence(automation.recurrence));
  return {};
}

Result<> read_trigger(const boost::json::value& value, Automation& automation) {
  automation.trigger.reset();
  if (value.is_null()) return {};
  if (!value.is_object()) return bad("fileTrigger is an object", "fileTrigger");
  SB_CHECK(only(value.get_object(), {"fileNamingPattern", "fileNamePatternType"}));
  SB_TRY(pattern, text::find_text(value.get_object(), "fileNamingPattern"));
  SB_TRY(comparison, text::find_text(value.get_object(), "fileNamePatternType"));
  FileTrigger trigger{comparison.value_or("Equals"), pattern.value_or("")};
  const bool known = trigger.comparison == "Contains" || trigger.comparison == "BeginsWith" ||
                     trigger.comparison == "EndsWith" || trigger.comparison == "Equals";
  if (!known || trigger.pattern.empty() || trigger.pattern.size() > 200)
    return bad(
        "fileTrigger has fileNamingPattern, and fileNamePatternType Contains, BeginsWith, EndsWith "
        "or Equals",
        "fileTrigger");
  automation.trigger = std::move(trigger);
  return {};
}

}  // namespace

bool FileTrigger::fits(std::string_view file_name) const {
  const auto name = fold_name(file_name), wanted = fold_name(pattern);
  if (comparison == "Contains") return name.contains(wanted);
  if (comparison == "BeginsWith") return name.starts_with(wanted);
  if (comparison == "EndsWith") return name.ends_with(wanted);
  return name == wanted;
}

Result<> read_automation(std::string_view body, Automation& automation) {
  SB_TRY(object, text::parse_json_object(body, 256 * 1024));
  SB_CHECK(only(object, {"name", "key", "description", "steps", "schedule", "fileTrigger"}));
  const std::pair<const char*, std::string*> texts[] = {{"name", &automation.name},
                                                        {"key", &automation.key},
                                                        {"description", &automation.description}};
  for (const auto& [name, into] : texts) {
    SB_TRY(text, text::find_text(object, name));
    if (text) *into = *text;
    if (into->size() > 200 || text::has_control(*into) || !text::valid_utf8(*into))
      return bad(fmt::format("{} has at most 200 bytes, on one line", name), name);
  }
  if (automation.name.empty()) return bad("an automation has a name", "name");
  if (const auto* steps = object.if_contains("steps")) {
    SB_TRY(read, read_steps(*steps));
    automation.steps = std::move(read);
  }
  if (automation.steps.empty()) return bad("an automation has steps", "steps");
  if (const auto* schedule = object.if_contains("schedule"))
    SB_CHECK(read_schedule(*schedule, automation));
  if (const auto* trigger = object.if_contains("fileTrigger"))
    SB_CHECK(read_trigger(*trigger, automation));
  if (automation.start && automation.trigger)
    return bad("an automation has a schedule or a file trigger, not both", "schedule");
  return {};
}

void write_steps(text::JsonWriter& json, const std::vector<Step>& steps) {
  json.begin_array();
  int number = 0;
  for (const auto& step : steps) {
    json.begin_object().member("step", ++number).key("activities").begin_array();
    int order = 0;
    for (const auto& activity : step.activities) {
      json.begin_object()
          .member("name", activity.name)
          .member("objectTypeId", static_cast<int>(activity.type))
          .member("displayOrder", ++order);
      if (!activity.object.empty()) json.member("activityObjectId", activity.object);
      if (activity.type == ActivityType::wait)
        json.member("waitDuration",
                    std::chrono::duration_cast<std::chrono::seconds>(activity.wait).count())
            .member("waitUnit", "SECONDS");
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_schedule(text::JsonWriter& json, const Automation& automation) {
  if (automation.start) {
    json.key("schedule").begin_object().member("startDate", to_rfc3339(*automation.start));
    json.member("icalRecur", automation.recurrence).member("timezoneName", "UTC").end_object();
  }
  if (automation.trigger) {
    json.key("fileTrigger").begin_object().member("fileNamingPattern", automation.trigger->pattern);
    json.member("fileNamePatternType", automation.trigger->comparison).end_object();
  }
}

std::optional<Time> next_run(const Automation& automation, Time after) {
  if (!automation.start) return {};
  if (automation.recurrence.empty())
    return *automation.start > after ? automation.start : std::nullopt;
  const auto recurrence = parse_recurrence(automation.recurrence);
  return recurrence ? recurrence->next(*automation.start, after) : std::nullopt;
}

}  // namespace stockbell::engagement
