#include "engagement/journey_definitions/definition_reader.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

#include "engagement/journey_definitions/step_reader.h"
#include "platform/text/json.h"
#include "platform/text/json_reader.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

using text::JsonReader;

constexpr std::string_view kReason = "journey-invalid";
constexpr std::size_t kMaxText = 200, kMaxConditions = 20, kMaxBranches = 20, kMaxCriteria = 20,
                      kMaxListed = 1000, kMaxId = 40;

Result<std::string> read_zone(const JsonReader& in, std::string_view name) {
  SB_TRY(zone, in.text(name, 64, "UTC"));
  try {
    date::locate_zone(zone);
  } catch (const std::exception&) {
    return in.refuse(name, "must be a time zone of the IANA list, as Europe/Berlin");
  }
  return zone;
}

Result<std::vector<std::string>> read_texts(const JsonReader& in, std::string_view name) {
  SB_TRY(list, in.list(name, kMaxListed));
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& one = (*list)[i];
    const auto text = one.is_string() ? std::string(one.get_string()) : std::string();
    if (text.empty() || text.size() > kMaxText || !text::valid_utf8(text) ||
        text::has_control(text))
      return in.refuse(fmt::format("{}[{}]", name, i), "must be a text of 1 to 200 bytes");
    texts.push_back(text);
  }
  return texts;
}

Result<Criterion> read_criterion(const JsonReader& in) {
  SB_CHECK(in.only({"name", "when"}));
  SB_TRY(name, in.text("name", kMaxText));
  SB_TRY(when, read_conditions(in));
  return Criterion{name, std::move(when)};
}

Result<> read_steps(const JsonReader& in, JourneyDefinition& journey) {
  SB_TRY(steps, in.object("steps"));
  if (!steps) return in.refuse("steps", "is missing; it must be an object of steps by id");
  if (steps->members().empty() || steps->members().size() > kMaxSteps)
    return in.refuse("steps", fmt::format("must have 1 to {} steps", kMaxSteps));
  for (const auto& member : steps->members()) {
    const std::string id(member.key());
    if (!is_name(id))
      return in.refuse("steps", "must have ids of letters, digits, - and _, at most 40");
    SB_TRY(one, steps->object(id));
    SB_TRY(what, read_step(*one));
    SB_TRY(next, read_next(*one));
    journey.steps.push_back({id, std::move(what), next});
  }
  return {};
}

Result<> resolve(JourneyDefinition& journey, NextStep& next, const std::string& path) {
  if (next.id.empty()) return {};
  const auto found = std::ranges::find(journey.steps, next.id, &JourneyStep::id);
  if (found == journey.steps.end())
    return fail(ErrorCode::invalid, std::string(kReason),
                fmt::format("{} names no step: there is no {} in steps", path, next.id), path);
  next.at = static_cast<std::size_t>(found - journey.steps.begin());
  return {};
}

Result<> resolve_all(JourneyDefinition& journey) {
  SB_CHECK(resolve(journey, journey.start, "start"));
  for (auto& step : journey.steps) {
    const auto path = "steps." + step.id;
    SB_CHECK(resolve(journey, step.next, path + ".next"));
    if (auto* split = std::get_if<DecisionSplitStep>(&step.what))
      for (std::size_t i = 0; i < split->branches.size(); ++i)
        SB_CHECK(resolve(journey, split->branches[i].next,
                         fmt::format("{}.branches[{}].next", path, i)));
    if (auto* split = std::get_if<RandomSplitStep>(&step.what))
      for (std::size_t i = 0; i < split->branches.size(); ++i)
        SB_CHECK(resolve(journey, split->branches[i].next,
                         fmt::format("{}.branches[{}].next", path, i)));
    if (auto* split = std::get_if<EngagementSplitStep>(&step.what)) {
      SB_CHECK(resolve(journey, split->yes, path + ".yes"));
      SB_CHECK(resolve(journey, split->email, path + ".email"));
      if (!std::holds_alternative<EmailStep>(journey.steps[split->email.at].what))
        return fail(ErrorCode::invalid, std::string(kReason),
                    path + ".email must name an email step", path + ".email");
    }
  }
  return {};
}

Result<> read_entry(const JsonReader& in, JourneyDefinition& journey) {
  SB_TRY(entry, in.object("entry"));
  if (!entry) return {};
  SB_CHECK(entry->only({"source", "sites", "skus", "classes"}));
  SB_TRY(source, entry->text("source", kMaxText, "restock"));
  if (source != "restock") return entry->refuse("source", "must be restock");
  SB_TRY(sites, read_texts(*entry, "sites"));
  SB_TRY(skus, read_texts(*entry, "skus"));
  SB_TRY(classes, read_texts(*entry, "classes"));
  for (auto& name : classes) name = text::ascii_lower(text::trim(name));
  journey.entry = {std::move(sites), std::move(skus), std::move(classes)};
  return {};
}

Result<> read_zones(const JsonReader& in, JourneyDefinition& journey) {
  SB_TRY(zone, read_zone(in, "zone"));
  journey.zone = zone;
  SB_TRY(sites, in.object("site_zones"));
  if (!sites) return {};
  if (sites->members().size() > kMaxListed)
    return in.refuse("site_zones", "must have at most 1000 sites");
  for (const auto& member : sites->members()) {
    const std::string site(member.key());
    if (!text::valid_utf8(site) || text::has_control(site))
      return in.refuse("site_zones", "must have sites that are UTF-8 without control characters");
    SB_TRY(site_zone, read_zone(*sites, site));
    journey.site_zones.push_back({site, site_zone});
  }
  return {};
}

Result<> read_limits(const JsonReader& in, JourneyDefinition& journey) {
  SB_TRY(quiet, in.object("quiet_hours"));
  if (quiet) {
    SB_CHECK(quiet->only({"from", "to"}));
    SB_TRY(from, read_minute(*quiet, "from"));
    SB_TRY(to, read_minute(*quiet, "to"));
    if (from == to) return quiet->refuse("to", "must differ from from: nothing would ever be sent");
    journey.quiet_hours = QuietHours{from, to};
  }
  SB_TRY(cap, in.object("frequency_cap"));
  if (cap) {
    SB_CHECK(cap->only({"messages", "days"}));
    SB_TRY(messages, cap->integer("messages", 1, 1000, 0));
    SB_TRY(days, cap->integer("days", 1, 365, 0));
    if (messages == 0) return cap->refuse("messages", "is missing; it must be 1 to 1000");
    if (days == 0) return cap->refuse("days", "is missing; it must be 1 to 365");
    journey.frequency_cap = FrequencyCap{messages, days};
  }
  SB_TRY(hold_out, in.integer("hold_out_percent", 0, 99, 0));
  journey.hold_out_percent = hold_out;
  SB_TRY(test, in.object("test_mode"));
  if (!test) return {};
  SB_CHECK(test->only({"seeds"}));
  SB_TRY(seeds, read_texts(*test, "seeds"));
  if (seeds.empty()) return test->refuse("seeds", "must list at least one e-mail address");
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const auto address = text::parse_email(seeds[i]);
    if (!address) return test->refuse(fmt::format("seeds[{}]", i), "must be an e-mail address");
    seeds[i] = address->normalized;
  }
  journey.seeds = std::move(seeds);
  return {};
}

}  // namespace

Result<JourneyDefinition> parse_journey(std::string_view json) {
  SB_TRY(object, text::parse_json_object(json, kMaxJourneyBytes));
  JsonReader in(object, "", kReason);
  SB_CHECK(in.only({"$schema", "key", "name", "priority", "entry", "re_entry", "start", "steps",
                    "exit_criteria", "goals", "zone", "site_zones", "quiet_hours", "frequency_cap",
                    "hold_out_percent", "test_mode"}));
  JourneyDefinition journey;
  SB_TRY(key, read_name(in, "key"));
  if (key == "schema" || key == "validate")
    return in.refuse("key", "must not be schema or validate: those are addresses of the API");
  journey.key = key;
  SB_TRY(name, in.text("name", kMaxText, key));
  journey.name = name;
  SB_TRY(priority, in.integer("priority", 1, 1000, 100));
  journey.priority = priority;
  SB_TRY(re_entry, in.text("re_entry", kMaxText, "per_request"));
  if (re_entry != "per_request") return in.refuse("re_entry", "must be per_request");
  if (!in.has("start")) return in.refuse("start", "is missing; it must name the first step");
  SB_TRY(start, read_next(in, "start"));
  journey.start = start;
  SB_CHECK(read_entry(in, journey));
  SB_CHECK(read_steps(in, journey));
  SB_TRY(exits, read_all<Criterion>(in, "exit_criteria", kMaxCriteria, read_criterion));
  SB_TRY(goals, read_all<Criterion>(in, "goals", kMaxCriteria, read_criterion));
  journey.exit_criteria = std::move(exits);
  journey.goals = std::move(goals);
  SB_CHECK(read_zones(in, journey));
  SB_CHECK(read_limits(in, journey));
  SB_CHECK(resolve_all(journey));
  return journey;
}

std::string_view default_journey_json() {
  return R"({
  "key": "back-in-stock",
  "name": "Back in stock",
  "start": "recheck",
  "steps": {
    "recheck": {"type": "recheck_stock", "next": "email"},
    "email": {"type": "email", "template": "back_in_stock", "next": "sent"},
    "sent": {"type": "update_object", "status": "Sent"}
  }
})";
}

}  // namespace stockbell::engagement
