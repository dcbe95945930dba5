// What an automation does, and when (reference 6.5): steps one after the other, the activities of a
// step side by side. Read from and written as the API's JSON. Pure.
#pragma once
#include <boost/json/object.hpp>

#include "engagement/automations/recurrence.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

enum class ActivityType { import = 43, query = 300, wait = 467, journey_event = 733 };

struct Activity {
  ActivityType type = ActivityType::query;
  std::string name;
  // Of a query its id, of a journey event its definition's key, of an import its definition's id or
  // key; without one: the catalog feed.
  std::string object;
  Duration wait{};
};

struct Step {
  std::vector<Activity> activities;
};

struct FileTrigger {
  std::string comparison;  // Contains, BeginsWith, EndsWith, Equals
  std::string pattern;
  bool fits(std::string_view file_name) const;  // without regard to case
};

struct Automation {
  std::int64_t id = 0;
  std::string key, name, description;
  std::vector<Step> steps;
  std::optional<Time> start;  // of a schedule
  std::string recurrence;     // icalRecur; "" with a start: once
  std::optional<FileTrigger> trigger;
  Time created_at{}, modified_at{};
  std::optional<Time> next_run;
};

// Over what `automation` has. Nothing is passed over in silence: a member that has no effect is an
// error. Errors: invalid, "automation-invalid" or "schedule-invalid".
Result<> read_automation(std::string_view body, Automation& automation);
void write_steps(text::JsonWriter& json, const std::vector<Step>& steps);
void write_schedule(text::JsonWriter& json, const Automation& automation);
std::optional<Time> next_run(const Automation& automation, Time after);

}  // namespace stockbell::engagement
