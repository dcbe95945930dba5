// Flow actions (reference 3.8, 4.3): /actions/custom/flow, /actions/custom/flow/{name}.
#include "crm/rest/flows.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

constexpr std::size_t kMostInputs = 200;

Result<const Flow*> flow_of(const Call& call) {
  if (const auto* flow = find_flow(call.parameter("name"))) return flow;
  return fail(ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist");
}

Result<Response> list_flows(const Call& call) {
  text::JsonWriter json;
  json.begin_object().key("actions").begin_array();
  for (const auto& flow : flows())
    json.begin_object()
        .member("label", flow.label)
        .member("name", flow.name)
        .member("type", "FLOW")
        .member("url", fmt::format("{}/actions/custom/flow/{}", call.base(), flow.name))
        .end_object();
  return json_answer(200, json.end_array().end_object().str());
}

void write_parameters(text::JsonWriter& json, std::span<const FlowParameter> parameters,
                      bool inputs) {
  json.begin_array();
  for (const auto& parameter : parameters) {
    json.begin_object()
        .member("label", parameter.name)
        .member("name", parameter.name)
        .member("description", parameter.description)
        .member("type", parameter.type)
        .member("maxOccurs", 1);
    if (inputs) json.member("required", parameter.required);
    json.key("sobjectType");
    if (parameter.object.empty())
      json.value(nullptr);
    else
      json.value(parameter.object);
    json.end_object();
  }
  json.end_array();
}

Result<Response> describe_flow(const Call& call) {
  SB_TRY(flow, flow_of(call));
  text::JsonWriter json;
  json.begin_object()
      .member("name", flow->name)
      .member("label", flow->label)
      .member("description", flow->description)
      .member("type", "FLOW")
      .member("standard", false)
      .member("targetEntityName", nullptr);
  json.key("inputs");
  write_parameters(json, flow->inputs, true);
  json.key("outputs");
  write_parameters(json, flow->outputs, false);
  return json_answer(200, json.end_object().str());
}

void write_fault(text::JsonWriter& json, const Flow& flow, const Error& fault) {
  const auto error = in_their_words(fault);
  json.begin_object()
      .member("actionName", flow.name)
      .key("errors")
      .begin_array()
      .begin_object()
      .member("statusCode", error.reason)
      .member("message", error.message)
      .key("fields");
  write_fields(json, error.field);
  json.end_object().end_array().member("isSuccess", false).key("outputValues").value(nullptr);
  json.member("version", 1).end_object();
}

void write_done(text::JsonWriter& json, const Flow& flow, std::string_view outputs) {
  json.begin_object()
      .member("actionName", flow.name)
      .key("errors")
      .value(nullptr)
      .member("isSuccess", true)
      .key("outputValues")
      .raw(outputs);
  json.member("version", 1).end_object();
}

Result<Response> run_flow(const Call& call, RestParts& parts) {
  SB_TRY(flow, flow_of(call));
  if (!flow->may_run(call.request.principal.role))
    return fail(ErrorCode::forbidden, "INSUFFICIENT_ACCESS",
                fmt::format("insufficient access rights: this user may not run {}", flow->name));
  SB_TRY(body, parse_object_body(call.request.body));
  const auto* inputs = find_member(body, "inputs");
  if (!inputs || !inputs->is_array() || inputs->get_array().empty())
    return fail(ErrorCode::invalid, "INVALID_INPUT", "inputs: an array of objects is needed",
                "inputs");
  if (inputs->get_array().size() > kMostInputs)
    return fail(ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
                fmt::format("inputs: at most {} in one call", kMostInputs), "inputs");
  if (call.transaction)
    return fail(ErrorCode::invalid, "INVALID_INPUT",
                "a flow cannot run inside a composite call with allOrNone");
  bool faults = false;
  text::JsonWriter json;
  json.begin_array();
  for (const auto& input : inputs->get_array()) {
    Result<std::string> outputs = input.is_object() ? flow->run(call, parts, input.get_object())
                                                    : fail(ErrorCode::invalid, "INVALID_INPUT",
                                                           "inputs: each is an object", "inputs");
    if (!outputs && outputs.error().code == ErrorCode::unavailable)
      return std::unexpected(outputs.error());  // all of it again, later: flows can be repeated
    if (outputs)
      write_done(json, *flow, *outputs);
    else
      write_fault(json, *flow, outputs.error());
    faults |= !outputs;
  }
  return json_answer(faults ? 400 : 200, json.end_array().str());
}

}  // namespace

void add_flow_routes(RouteTable& table, RestParts& parts) {
  using enum http::Role;
  const auto base = [](const char* below) {
    return [below](const Call& call) -> Result<Response> {
      text::JsonWriter json;
      json.begin_object();
      for (const char* part : {"standard", "custom"})
        if (std::string_view(below).empty()) json.member(part, call.base() + "/actions/" + part);
      if (!std::string_view(below).empty())
        json.member("flow", call.base() + "/actions/custom/flow");
      return json_answer(200, json.end_object().str());
    };
  };
  table.add("GET", "/actions", readonly, base(""));
  table.add("GET", "/actions/custom", readonly, base("custom"));
  table.add("GET", "/actions/standard", readonly,
            [](const Call&) -> Result<Response> { return json_answer(200, R"({"actions":[]})"); });
  table.add("GET", "/actions/custom/flow", intake, list_flows);
  table.add("GET", "/actions/custom/flow/{name}", intake, describe_flow);
  table.add(
      "POST", "/actions/custom/flow/{name}", intake,
      [&parts](const Call& call) { return run_flow(call, parts); }, Kind::plain, kCollectionBytes);
}

}  // namespace stockbell::crm::rest
