#include "crm/requests/request_routes.h"

#include <charconv>

#include "crm/requests/request_json.h"

namespace stockbell::crm::requests {
namespace {

using http::Request;
using http::Response;

Result<int> limit_of(const Request& request, int standard) {
  const auto text = request.query_value("limit");
  if (!text || text->empty()) return standard;
  int limit = 0;
  const auto end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, limit);
  if (read.ec != std::errc() || read.ptr != end || limit < 1 || limit > 1000)
    return fail(ErrorCode::invalid, "limit-invalid", "the limit is a number from 1 to 1000",
                "limit");
  return limit;
}

Result<RequestFilter> filter_of(const Request& request) {
  RequestFilter filter;
  filter.sku = request.query_value("sku").value_or("");
  filter.email = request.query_value("email").value_or("");
  filter.cursor = request.query_value("cursor").value_or("");
  SB_TRY(limit, limit_of(request, filter.limit));
  filter.limit = limit;
  if (const auto status = request.query_value("status"); status && !status->empty()) {
    filter.status = parse_enum<RequestStatus>(*status);
    if (!filter.status)
      return fail(ErrorCode::invalid, "status-invalid",
                  "a status is Requested, Queued, Sent, Opened, Clicked, ...", "status");
  }
  return filter;
}

Result<std::chrono::sys_days> day_of(const Request& request, const char* name,
                                     std::chrono::sys_days standard) {
  const auto text = request.query_value(name);
  if (!text || text->empty()) return standard;
  if (const auto day = parse_day(*text)) return *day;
  return fail(ErrorCode::invalid, "day-invalid", "a day is written 2026-01-31", name);
}

Result<Response> answer_funnel(const Request& request, const RequestReader& reader,
                               const Clock& clock) {
  const auto today = std::chrono::floor<std::chrono::days>(clock.now());
  SB_TRY(to, day_of(request, "to", today));
  SB_TRY(from, day_of(request, "from", to - std::chrono::days(6)));
  SB_TRY(funnel, reader.funnel(from, to));
  return Response::json(200, to_json(funnel));
}

Result<Response> answer_request(RequestId id, const RequestReader& reader) {
  SB_TRY(row, reader.get(id));
  return Response::json(200, to_json(row));
}

}  // namespace

void add_routes(http::Router& router, const RequestReader& reader, RequestService& service,
                const Clock& clock) {
  const auto get = [&router](const char* pattern, http::Handler handler) {
    http::Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.least = http::Role::readonly;
    route.handler = std::move(handler);
    router.add(std::move(route));
  };
  get("/api/v1/requests", [&reader](const Request& request) -> Result<Response> {
    SB_TRY(filter, filter_of(request));
    SB_TRY(page, reader.list(filter));
    return Response::json(200, to_json(page));
  });
  get("/api/v1/requests/{id}", [&reader](const Request& request) -> Result<Response> {
    SB_TRY(id, parse_request_id(request.parameter("id")));
    return answer_request(id, reader);
  });
  get("/api/v1/requests/{id}/timeline", [&reader](const Request& request) -> Result<Response> {
    SB_TRY(id, parse_request_id(request.parameter("id")));
    SB_TRY(events, reader.timeline(id));
    return Response::json(200, to_json(events));
  });
  get("/api/v1/requests/{id}/explanation", [&reader](const Request& request) -> Result<Response> {
    SB_TRY(id, parse_request_id(request.parameter("id")));
    SB_TRY(explanation, reader.explain(id));
    return Response::text(200, explanation);
  });
  get("/api/v1/demand", [&reader](const Request& request) -> Result<Response> {
    SB_TRY(limit, limit_of(request, 100));
    SB_TRY(demand, reader.demand(limit));
    return Response::json(200, to_json(demand));
  });
  get("/api/v1/funnel",
      [&reader, &clock](const Request& request) { return answer_funnel(request, reader, clock); });
  http::Route cancel;
  cancel.method = "POST";
  cancel.pattern = "/api/v1/requests/{id}/cancel";
  cancel.least = http::Role::admin;
  cancel.handler = [&reader, &service](const Request& request) -> Result<Response> {
    SB_TRY(id, parse_request_id(request.parameter("id")));
    SB_CHECK(service.cancel(id));
    return answer_request(id, reader);
  };
  router.add(std::move(cancel));
}

}  // namespace stockbell::crm::requests
