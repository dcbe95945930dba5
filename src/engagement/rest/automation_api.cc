#include "engagement/rest/automation_api.h"

#include "engagement/rest/data_extension_rows.h"
#include "engagement/rest/extension_api.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBodyLimit = 256 * 1024;

std::int64_t id_of(const http::Request& request) {
  return parse_digits(request.parameter("id")).value_or(0);
}

// statusId as Marketing Cloud counts them.
int status_of_automation(const Automation& automation, const std::vector<AutomationRun>& runs) {
  if (!runs.empty() && (runs[0].state == "Executing" || runs[0].state == "Waiting")) return 3;
  if (automation.next_run) return 6;
  if (automation.trigger) return 7;
  return !runs.empty() && runs[0].state == "Error" ? -1 : 2;
}

std::string_view status_name(int id) {
  switch (id) {
    case -1:
      return "Error";
    case 3:
      return "Running";
    case 6:
      return "Scheduled";
    case 7:
      return "AwaitingTrigger";
    default:
      return "Ready";
  }
}

void write_automation(text::JsonWriter& json, const Automation& automation,
                      const std::vector<AutomationRun>& runs) {
  const auto status = status_of_automation(automation, runs);
  json.begin_object()
      .member("id", std::to_string(automation.id))
      .member("key", automation.key)
      .member("name", automation.name)
      .member("description", automation.description)
      .member("type", automation.trigger ? "triggered" : "scheduled")
      .member("statusId", status)
      .member("status", status_name(status))
      .member("createdDate", to_rfc3339(automation.created_at))
      .member("modifiedDate", to_rfc3339(automation.modified_at));
  if (automation.next_run) json.member("nextRunTime", to_rfc3339(*automation.next_run));
  if (!runs.empty()) json.member("lastRunTime", to_rfc3339(runs[0].started_at));
  json.key("steps");
  write_steps(json, automation.steps);
  write_schedule(json, automation);
  json.end_object();
}

Result<http::Response> answer(AutomationService& automations, int status,
                              const Automation& automation) {
  SB_TRY(runs, automations.runs(automation.id));
  text::JsonWriter json;
  write_automation(json, automation, runs);
  return http::Response::json(status, std::move(json).str());
}

Result<http::Response> create(AutomationService& automations, const http::Request& request) {
  Automation wanted;
  SB_CHECK(read_automation(request.body, wanted));
  SB_TRY(made, automations.create(std::move(wanted)));
  return answer(automations, 201, made);
}

Result<http::Response> change(AutomationService& automations, const http::Request& request) {
  SB_TRY(automation, automations.get(id_of(request)));
  const auto key = automation.key;
  SB_CHECK(read_automation(request.body, automation));
  if (fold_name(key) != fold_name(automation.key))
    return fail(ErrorCode::invalid, "automation-invalid",
                "the key of an automation does not change", "key");
  SB_TRY(changed, automations.change(std::move(automation)));
  return answer(automations, 200, changed);
}

Result<http::Response> show(AutomationService& automations, const http::Request& request) {
  SB_TRY(automation, automations.get(id_of(request)));
  return answer(automations, 200, automation);
}

Result<http::Response> list(AutomationService& automations, const http::Request& request) {
  SB_TRY(all, automations.list());
  const auto write = [&](text::JsonWriter& json, const auto& automation) -> Result<> {
    SB_TRY(runs, automations.runs(automation.id));
    write_automation(json, automation, runs);
    return {};
  };
  return answer_page(request, all, write);
}

Result<http::Response> remove(AutomationService& automations, const http::Request& request) {
  SB_CHECK(automations.remove(id_of(request)));
  return http::Response::empty(204);
}

Result<http::Response> start(AutomationService& automations, const http::Request& request) {
  SB_TRY(run, automations.start(id_of(request)));
  text::JsonWriter json;
  json.begin_object()
      .member("id", request.parameter("id"))
      .member("runId", std::to_string(run))
      .end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> list_runs(AutomationService& automations, const http::Request& request) {
  SB_TRY(runs, automations.runs(id_of(request)));
  text::JsonWriter json;
  json.begin_object().member("count", runs.size()).key("items").begin_array();
  for (const auto& run : runs) {
    json.begin_object()
        .member("id", std::to_string(run.id))
        .member("status", run.state)
        .member("startedBy", run.reason)
        .member("fileName", run.file_name)
        .member("step", run.step + 1)
        .member("startTime", to_rfc3339(run.started_at));
    if (run.finished_at) json.member("endTime", to_rfc3339(*run.finished_at));
    json.member("errorMessage", run.error).end_object();
  }
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

void write_definition(text::JsonWriter& json, const EventDefinition& definition) {
  json.begin_object()
      .member("id", std::to_string(definition.id))
      .member("type", "APIEvent")
      .member("name", definition.name)
      .member("eventDefinitionKey", definition.key)
      .member("journeyKey", definition.journey)
      .member("dataExtensionKey", definition.extension_key)
      .member("requestField", definition.request_column)
      .member("skuField", definition.sku_column)
      .member("createdDate", to_rfc3339(definition.created_at))
      .end_object();
}

Result<http::Response> define_event(EventService& events, const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body, kBodyLimit));
  EventDefinition wanted;
  wanted.journey = "back-in-stock";
  const std::pair<const char*, std::string*> texts[] = {
      {"eventDefinitionKey", &wanted.key},      {"name", &wanted.name},
      {"journeyKey", &wanted.journey},          {"dataExtensionKey", &wanted.extension_key},
      {"requestField", &wanted.request_column}, {"skuField", &wanted.sku_column}};
  for (const auto& [name, into] : texts) {
    SB_TRY(text, text::find_text(body, name));
    if (text) *into = *text;
  }
  SB_TRY(made, events.define(std::move(wanted)));
  text::JsonWriter json;
  write_definition(json, made);
  return http::Response::json(201, std::move(json).str());
}

Result<http::Response> list_events(EventService& events, const http::Request&) {
  SB_TRY(all, events.list());
  text::JsonWriter json;
  json.begin_object()
      .member("count", all.size())
      .member("page", 1)
      .member("pageSize", 1000)
      .key("items")
      .begin_array();
  for (const auto& one : all) write_definition(json, one);
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> remove_event(EventService& events, const http::Request& request) {
  const auto& key = request.parameter("key");
  SB_CHECK(events.remove(key.starts_with("key:") ? key.substr(4) : key));
  return http::Response::empty(204);
}

Result<http::Response> fire_event(EventService& events, const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body, kBodyLimit));
  FiredEvent event;
  SB_TRY(contact, text::find_text(body, "ContactKey"));
  SB_TRY(key, text::find_text(body, "EventDefinitionKey"));
  event.contact_key = contact.value_or("");
  event.definition_key = key.value_or("");
  if (const auto* data = body.if_contains("Data"); data && !data->is_null())
    SB_CHECK(add_fields(*data, event.data));
  SB_TRY(instance, events.fire(std::move(event)));
  text::JsonWriter json;
  json.begin_object().member("eventInstanceId", instance).end_object();
  return http::Response::json(201, std::move(json).str());
}

template <class Service, class Handler>
void add(http::Router& router, Service& service, const char* method, const char* pattern,
         Handler handler) {
  http::Route route;
  route.method = method;
  route.pattern = pattern;
  route.least = std::string_view(method) == "GET" ? http::Role::readonly : http::Role::admin;
  route.body_limit = kBodyLimit;
  route.handler = [&service, handler](const http::Request& request) {
    return handler(service, request);
  };
  router.add(std::move(route));
}

}  // namespace

void add_automation_api(http::Router& router, AutomationService& automations) {
  add(router, automations, "GET", "/automation/v1/automations", list);
  add(router, automations, "POST", "/automation/v1/automations", create);
  add(router, automations, "GET", "/automation/v1/automations/{id}", show);
  add(router, automations, "PATCH", "/automation/v1/automations/{id}", change);
  add(router, automations, "DELETE", "/automation/v1/automations/{id}", remove);
  add(router, automations, "GET", "/automation/v1/automations/{id}/runs", list_runs);
  for (const auto* pattern : {"/automation/v1/automations/{id}/actions/start",
                              "/automation/v1/automations/{id}/actions/runallonce"})
    add(router, automations, "POST", pattern, start);
}

void add_event_api(http::Router& router, EventService& events) {
  add(router, events, "GET", "/interaction/v1/eventDefinitions", list_events);
  add(router, events, "POST", "/interaction/v1/eventDefinitions", define_event);
  add(router, events, "DELETE", "/interaction/v1/eventDefinitions/{key}", remove_event);
  add(router, events, "POST", "/interaction/v1/events", fire_event);
}

}  // namespace stockbell::engagement
