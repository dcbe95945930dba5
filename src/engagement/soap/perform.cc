#include "engagement/soap/perform.h"

namespace stockbell::engagement::soap {
namespace {

constexpr std::size_t kMostDefinitions = 100;

std::unexpected<Error> unknown(const std::string& type) {
  return fail(ErrorCode::not_found, "definition-unknown",
              fmt::format("there is no {} of this ObjectID or CustomerKey", type));
}

// The one with the ObjectID or the CustomerKey of the call.
template <class One>
Result<std::int64_t> find(const Element& definition, const std::vector<One>& all) {
  const auto id = definition.text_of("ObjectID"), key = definition.text_of("CustomerKey");
  for (const auto& one : all)
    if (id.empty() ? fold_name(one.key) == fold_name(key) : std::to_string(one.id) == id)
      return one.id;
  return unknown(definition.type);
}

// The task's id: of an import its run, of an automation its run, of a query the query itself, which
// has one run at a time.
Result<std::int64_t> start(const Activities& activities, const Element& definition) {
  if (definition.type == "ImportDefinition") {
    auto name = definition.text_of("ObjectID");
    if (name.empty()) name = definition.text_of("CustomerKey");
    if (name.empty()) return unknown(definition.type);
    SB_TRY(runs, activities.imports.start(name));
    return runs.front();
  }
  if (definition.type == "QueryDefinition") {
    SB_TRY(all, activities.queries.list());
    SB_TRY(id, find(definition, all));
    SB_CHECK(activities.queries.start(id));
    return id;
  }
  if (definition.type == "Automation" || definition.type == "Program") {
    SB_TRY(all, activities.automations.list());
    SB_TRY(id, find(definition, all));
    return activities.automations.start(id);
  }
  return fail(
      ErrorCode::invalid, "perform-invalid",
      fmt::format(
          "an ImportDefinition, a QueryDefinition or an Automation is started here, "
          "not {}",
          definition.type.empty() ? "an object without xsi:type" : definition.type.substr(0, 100)));
}

std::string result_of(const Element& definition, const Result<std::int64_t>& started,
                      std::size_t ordinal, Random& random) {
  const auto status =
      tag("StatusCode", started ? "OK" : "Error") +
      tag("StatusMessage",
          started ? definition.type + " perform called successfully" : started.error().message) +
      tag("OrdinalID", std::to_string(ordinal)) + (started ? "" : tag("ErrorCode", "2"));
  std::string task;
  if (started)
    task = "<Task>" + status + tag("ID", std::to_string(*started)) +
           tag("InteractionObjectID", make_guid(random)) + "</Task>";
  return "<Result>" + status + "<Object>" + tag("ObjectID", definition.text_of("ObjectID")) +
         tag("CustomerKey", definition.text_of("CustomerKey")) + "</Object>" + task + "</Result>";
}

}  // namespace

Result<std::string> perform(const Activities& activities, const Element& message) {
  if (fold_name(message.text_of("Action")) != "start")
    return fail(ErrorCode::invalid, "soap-invalid", "the one action here is start");
  const auto* list = message.find("Definitions");
  const auto definitions = list ? list->all("Definition") : std::vector<const Element*>();
  if (definitions.empty() || definitions.size() > kMostDefinitions)
    return fail(ErrorCode::invalid, "soap-invalid",
                fmt::format("a call has 1 to {} Definitions", kMostDefinitions));
  std::string results;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const auto started = start(activities, *definitions[i]);
    if (!started && (started.error().code == ErrorCode::internal ||
                     started.error().code == ErrorCode::unavailable))
      return fail(started.error());
    failed += started ? 0 : 1;
    results += result_of(*definitions[i], started, i, activities.random);
  }
  const auto* overall = failed == 0 ? "OK" : failed == definitions.size() ? "Error" : "Has Errors";
  return "<Results>" + results + "</Results>" + tag("OverallStatus", overall) +
         tag("RequestID", make_guid(activities.random));
}

}  // namespace stockbell::engagement::soap
