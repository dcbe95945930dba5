#include "commerce/imports/import_routes.h"

#include <set>

#include "commerce/imports/whole_number.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kImportBytes = std::size_t{2} << 30;
constexpr int kPageRows = 50;

void write_report(text::JsonWriter& json, const ImportReport& report, bool with_refused) {
  json.begin_object()
      .member("id", std::to_string(report.id.value))
      .member("kind", to_text(report.kind))
      .member("file_name", report.file_name)
      .member("state", to_text(report.state))
      .member("rows_read", report.rows_read)
      .member("rows_changed", report.rows_changed)
      .member("rows_refused", report.rows_refused)
      .member("error", report.error)
      .member("list", report.list)
      .member("mode", report.mode)
      .member("created_at", to_rfc3339(report.created_at));
  json.key("finished_at");
  if (to_ms(report.finished_at) > 0)
    json.value(to_rfc3339(report.finished_at));
  else
    json.value(nullptr);
  if (with_refused) {
    json.key("errors").begin_array();
    for (const auto& row : report.refused)
      json.begin_object()
          .member("line", row.line)
          .member("reason", row.reason)
          .member("message", row.message)
          .end_object();
    json.end_array();
  }
  json.end_object();
}

// The sender's name for the file: shown to people, never used as a path.
std::string shown_name(const http::Request& request, ImportKind kind) {
  auto name = text::trim(request.query_value("file_name").value_or(""));
  if (name.empty() || name.size() > 200 || !text::valid_utf8(name) || text::has_control(name))
    return std::string(to_text(kind));
  return name;
}

http::Route upload_route(ImportService& imports, ImportKind kind) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/api/v1/imports/" + std::string(to_text(kind));
  route.body = http::BodyMode::spooled;
  route.body_limit = kImportBytes;
  route.handler = [&imports, kind](const http::Request& request) -> Result<http::Response> {
    std::error_code problem;
    if (request.body_file.empty() || std::filesystem::file_size(request.body_file, problem) == 0 ||
        problem)
      return fail(ErrorCode::invalid, "file-empty", "the request has no body: send the file");
    const auto list = text::trim(request.query_value("list").value_or(""));
    if (list.size() > 256 || !text::valid_utf8(list) || text::has_control(list))
      return fail(ErrorCode::invalid, "list-invalid",
                  "an inventory list's id has 1 to 256 characters", "list");
    const auto mode = request.query_value("mode").value_or("");
    static const std::set<std::string, std::less<>> kModes{"merge", "update", "replace", "delete"};
    if (!mode.empty() && (kind != ImportKind::inventory || !kModes.contains(mode)))
      return fail(ErrorCode::invalid, "mode-invalid",
                  "the mode of an inventory import is merge, update, replace or delete; a catalog "
                  "has none",
                  "mode");
    SB_TRY(report, imports.accept(kind, request.body_file, shown_name(request, kind), list, mode));
    auto response = http::Response::json(202, import_json(report));
    response.set("Location", "/api/v1/imports/" + std::to_string(report.id.value));
    return response;
  };
  return route;
}

}  // namespace

std::string import_json(const ImportReport& report) {
  text::JsonWriter json;
  write_report(json, report, true);
  return std::move(json).str();
}

void add_import_routes(http::Router& router, ImportService& imports) {
  router.add(upload_route(imports, ImportKind::catalog));
  router.add(upload_route(imports, ImportKind::inventory));

  http::Route list{"GET", "/api/v1/imports", http::Role::readonly, {}};
  list.handler = [&imports](const http::Request& request) -> Result<http::Response> {
    auto limit = whole_number(request.query_value("limit").value_or(""));
    if (limit < 1 || limit > 200) limit = kPageRows;
    ImportId before{whole_number(request.query_value("cursor").value_or(""))};
    SB_TRY(reports, imports.list(before, static_cast<int>(limit) + 1));
    bool more = reports.size() > static_cast<std::size_t>(limit);
    if (more) reports.pop_back();
    text::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& report : reports) write_report(json, report, false);
    json.end_array().key("next_cursor");
    if (more)
      json.value(std::to_string(reports.back().id.value));
    else
      json.value(nullptr);
    json.end_object();
    return http::Response::json(200, std::move(json).str());
  };
  router.add(std::move(list));

  http::Route one{"GET", "/api/v1/imports/{id}", http::Role::readonly, {}};
  one.handler = [&imports](const http::Request& request) -> Result<http::Response> {
    SB_TRY(report, imports.get(ImportId{whole_number(request.parameter("id"))}));
    return http::Response::json(200, import_json(report));
  };
  router.add(std::move(one));
}

}  // namespace stockbell::commerce
