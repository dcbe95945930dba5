// Queries (reference 3.4): /query, /queryAll, /query/{locator}.
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

Result<> check_outside(const Call& call) {
  if (!call.transaction) return {};
  return fail(ErrorCode::invalid, "INVALID_INPUT",
              "a query cannot run inside a composite call with allOrNone");
}

Response answer_page(const Call& call, const soql::QueryPage& page) {
  text::JsonWriter json;
  json.begin_object().member("totalSize", page.total_size).member("done", page.done);
  if (!page.done) json.member("nextRecordsUrl", call.base() + "/query/" + page.next_locator);
  json.key("records").raw(page.records);
  return json_answer(200, json.end_object().str());
}

Result<Response> run_query(const Call& call, RestParts& parts, bool all_rows) {
  SB_CHECK(check_outside(call));
  const auto soql = call.request.query_value("q");
  if (!soql)
    return fail(ErrorCode::invalid, "MALFORMED_QUERY", "A query string has to be specified");
  auto options = call.query_options();
  options.all_rows = all_rows;
  SB_TRY(page, parts.queries.query(*soql, options));
  return answer_page(call, page);
}

Result<Response> next_page(const Call& call, RestParts& parts) {
  SB_CHECK(check_outside(call));
  SB_TRY(page, parts.queries.more(call.parameter("locator"), call.query_options()));
  return answer_page(call, page);
}

}  // namespace

void add_query_routes(RouteTable& table, RestParts& parts) {
  const auto readonly = http::Role::readonly;
  for (const bool all : {false, true}) {
    const std::string path = all ? "/queryAll" : "/query";
    table.add(
        "GET", path, readonly,
        [&parts, all](const Call& call) { return run_query(call, parts, all); }, Kind::query);
    table.add(
        "GET", path + "/{locator}", readonly,
        [&parts](const Call& call) { return next_page(call, parts); }, Kind::query);
  }
}

}  // namespace stockbell::crm::rest
