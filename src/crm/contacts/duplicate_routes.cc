#include "crm/contacts/duplicate_routes.h"

#include <charconv>

#include "crm/contacts/duplicate_json.h"
#include "platform/crypto/crypto.h"

namespace stockbell::crm::contacts {
namespace {

using http::Request;
using http::Response;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value <= 0) return {};
  return value;
}

Result<std::int64_t> cursor_of(const Request& request) {
  const auto text = request.query_value("cursor").value_or("");
  if (text.empty()) return 0;
  if (const auto cursor = number(text)) return *cursor;
  return fail(ErrorCode::invalid, "cursor-invalid", "this is no cursor of this list", "cursor");
}

Result<std::int64_t> id_of(const Request& request, const char* reason) {
  if (const auto id = number(request.parameter("id"))) return *id;
  return fail(ErrorCode::not_found, reason, "there is no such row");
}

Result<Response> answer_list(const Request& request, DuplicateService& service) {
  const auto text = request.query_value("status").value_or("open");
  const auto status = parse_enum<SetStatus>(text);
  if (!status)
    return fail(ErrorCode::invalid, "status-invalid", "a status is open, merged or dismissed",
                "status");
  SB_TRY(cursor, cursor_of(request));
  SB_TRY(sets, service.list(*status, cursor, kPageSize));
  return Response::json(200, to_json(sets));
}

Result<Response> answer_set(std::int64_t id, DuplicateService& service) {
  SB_TRY(set, service.get(id));
  return Response::json(200, to_json(set));
}

Result<Response> merge(const Request& request, DuplicateService& service) {
  SB_TRY(id, id_of(request, "duplicate-set-not-found"));
  SB_TRY(order, parse_order(request.body));
  order.set = id;
  order.by = request.principal.name;
  order.user = UserId{crypto::derived_id("user:" + request.principal.name)};
  SB_TRY(merges, service.merge(order));
  return Response::json(200, to_json(merges));
}

Result<Response> undo(const Request& request, DuplicateService& service) {
  SB_TRY(id, id_of(request, "contact-merge-not-found"));
  const auto& name = request.principal.name;
  SB_TRY(undone, service.undo(id, name, UserId{crypto::derived_id("user:" + name)}));
  return Response::json(200, to_json(undone));
}

}  // namespace

void add_duplicate_routes(http::Router& router, DuplicateService& service,
                          std::function<void()> changed) {
  const auto add = [&router](const char* method, const char* pattern, http::Handler handler) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.least = std::string_view(method) == "GET" ? http::Role::readonly : http::Role::admin;
    route.handler = std::move(handler);
    router.add(std::move(route));
  };
  add("GET", "/api/v1/duplicate-sets",
      [&service](const Request& request) { return answer_list(request, service); });
  add("GET", "/api/v1/duplicate-sets/{id}", [&service](const Request& request) -> Result<Response> {
    SB_TRY(id, id_of(request, "duplicate-set-not-found"));
    return answer_set(id, service);
  });
  add("POST", "/api/v1/duplicate-sets/{id}/merge",
      [&service, changed](const Request& request) -> Result<Response> {
        SB_TRY(answer, merge(request, service));
        changed();
        return std::move(answer);
      });
  add("POST", "/api/v1/duplicate-sets/{id}/dismiss",
      [&service](const Request& request) -> Result<Response> {
        SB_TRY(id, id_of(request, "duplicate-set-not-found"));
        SB_CHECK(service.dismiss(id, request.principal.name));
        return answer_set(id, service);
      });
  add("GET", "/api/v1/contact-merges", [&service](const Request& request) -> Result<Response> {
    SB_TRY(cursor, cursor_of(request));
    SB_TRY(merges, service.merges(cursor, kPageSize));
    return Response::json(200, to_json(merges, service));
  });
  add("POST", "/api/v1/contact-merges/{id}/undo",
      [&service, changed](const Request& request) -> Result<Response> {
        SB_TRY(answer, undo(request, service));
        changed();
        return std::move(answer);
      });
}

}  // namespace stockbell::crm::contacts
