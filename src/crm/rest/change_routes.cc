// Change tracking (reference 3.5, 8 R9): /sobjects/X/updated and /sobjects/X/deleted.
#include "crm/objects/values.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

struct Span {
  Time start, end;
};

Result<Time> time_of(const Call& call, const char* name) {
  const auto text = call.request.query_value(name).value_or("");
  if (text.empty())
    return fail(ErrorCode::invalid, "MISSING_ARGUMENT",
                fmt::format("{} parameter is required", name));
  if (const auto time = parse_rfc3339(text)) return *time;
  return fail(ErrorCode::invalid, "INVALID_REPLICATION_DATE",
              fmt::format("{}: write 2026-01-31T08:15:00+00:00", name));
}

Result<Span> span_of(const Call& call) {
  if (call.transaction)
    return fail(ErrorCode::invalid, "INVALID_INPUT",
                "changes cannot be asked for inside a composite call with allOrNone");
  SB_TRY(start, time_of(call, "start"));
  SB_TRY(end, time_of(call, "end"));
  return Span{start, end};
}

Result<Response> updated(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(span, span_of(call));
  SB_TRY(changed, parts.records.updated(*object, span.start, span.end));
  text::JsonWriter json;
  json.begin_object().key("ids").begin_array();
  for (const auto id : changed.ids) json.value(objects::record_id(*object, id));
  json.end_array().member("latestDateCovered",
                          objects::to_salesforce_time(changed.latest_date_covered));
  return json_answer(200, json.end_object().str());
}

Result<Response> deleted(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(span, span_of(call));
  SB_TRY(gone, parts.records.deleted(*object, span.start, span.end));
  text::JsonWriter json;
  json.begin_object().key("deletedRecords").begin_array();
  for (const auto& row : gone.rows)
    json.begin_object()
        .member("id", objects::record_id(*object, row.id))
        .member("deletedDate", objects::to_salesforce_time(row.at))
        .end_object();
  json.end_array()
      .member("earliestDateAvailable", objects::to_salesforce_time(gone.earliest_date_available))
      .member("latestDateCovered", objects::to_salesforce_time(gone.latest_date_covered));
  return json_answer(200, json.end_object().str());
}

}  // namespace

void add_change_routes(RouteTable& table, RestParts& parts) {
  table.add("GET", "/sobjects/{object}/updated", http::Role::readonly,
            [&parts](const Call& call) { return updated(call, parts); });
  table.add("GET", "/sobjects/{object}/deleted", http::Role::readonly,
            [&parts](const Call& call) { return deleted(call, parts); });
}

}  // namespace stockbell::crm::rest
