#include "engagement/import_definitions/import_definition_routes.h"

#include "engagement/extensions/paging.h"
#include "engagement/import_definitions/definition_reader.h"

namespace stockbell::engagement {
namespace {

void write_times(text::JsonWriter& json,
                 std::initializer_list<std::pair<const char*, std::optional<Time>>> times) {
  for (const auto& [name, time] : times) {
    json.key(name);
    if (time)
      json.value(to_rfc3339(*time));
    else
      json.value(nullptr);
  }
}

void write_definition(text::JsonWriter& json, const ImportDefinition& definition) {
  json.begin_object().member("id", std::to_string(definition.id)).member("built_in", false);
  write_import_definition(json, definition);
  json.member("created_at", to_rfc3339(definition.created_at))
      .member("modified_at", to_rfc3339(definition.modified_at))
      .end_object();
}

// What engagement/imports does with every file that no definition is for (docs/feed.md).
void write_catalog(text::JsonWriter& json) {
  json.begin_object()
      .member("id", kCatalogImport)
      .member("built_in", true)
      .member("name", "Catalog feed")
      .member("key", kCatalogImport)
      .member("description", "The catalog feed: every file that no other definition is for")
      .member("file_name", "*")
      .member("on_arrival", true)
      .member("destination", kCatalogImport)
      .member("mapping", "by_name")
      .member("action", "add-update")
      .key("rules")
      .begin_object()
      .member("blank", "error")
      .member("duplicate", "ignore")
      .member("too_old", "hold")
      .member("missing", "ignore")
      .end_object()
      .member("runs", "/api/v1/feed-imports")
      .end_object();
}

void write_run(text::JsonWriter& json, const ImportRun& run) {
  json.begin_object()
      .member("id", std::to_string(run.id))
      .member("definition", std::to_string(run.definition_id))
      .member("file", run.file_name)
      .member("state", run.state)
      .member("import_status", import_status_of(run.state))
      .member("reason", run.reason)
      .member("started_by", run.started_by)
      .member("released", run.released)
      .member("bytes", run.bytes)
      .member("total_rows", run.rows_read)
      .member("successful", run.rows_applied)
      .member("duplicated", run.rows_duplicated)
      .member("errors", run.rows_refused);
  write_times(json, {{"arrived_at", run.arrived_at},
                     {"started_at", run.started_at},
                     {"finished_at", run.finished_at}});
  json.end_object();
}

template <class Write>
http::Response answer(int status, Write write) {
  text::JsonWriter json;
  write(json);
  return http::Response::json(status, std::move(json).str());
}

http::Response answer_run(const ImportRun& run) {
  return answer(200, [&](text::JsonWriter& json) { write_run(json, run); });
}

using Imports = ImportDefinitionService;

Result<http::Response> list_definitions(Imports& imports, const http::Request&) {
  SB_TRY(all, imports.list());
  return answer(200, [&](text::JsonWriter& json) {
    json.begin_object().key("items").begin_array();
    write_catalog(json);
    for (const auto& one : all) write_definition(json, one);
    json.end_array().end_object();
  });
}

Result<http::Response> create(Imports& imports, const http::Request& request) {
  SB_TRY(wanted, read_import_definition(request.body));
  SB_TRY(made, imports.create(std::move(wanted)));
  return answer(201, [&](text::JsonWriter& json) { write_definition(json, made); });
}

Result<http::Response> show(Imports& imports, const http::Request& request) {
  const auto& id = request.parameter("id");
  if (id == kCatalogImport) return answer(200, write_catalog);
  SB_TRY(found, imports.get(id));
  return answer(200, [&](text::JsonWriter& json) { write_definition(json, found); });
}

Result<http::Response> change(Imports& imports, const http::Request& request) {
  SB_TRY(wanted, read_import_definition(request.body));
  SB_TRY(made, imports.change(request.parameter("id"), std::move(wanted)));
  return answer(200, [&](text::JsonWriter& json) { write_definition(json, made); });
}

Result<http::Response> remove(Imports& imports, const http::Request& request) {
  SB_CHECK(imports.remove(request.parameter("id")));
  return http::Response::empty(204);
}

Result<http::Response> start(Imports& imports, const http::Request& request) {
  SB_TRY(runs, imports.start(request.parameter("id")));
  return answer(202, [&](text::JsonWriter& json) {
    json.begin_object().key("runs").begin_array();
    for (const auto run : runs) json.value(std::to_string(run));
    json.end_array().end_object();
  });
}

Result<http::Response> list_runs(Imports& imports, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  SB_TRY(runs, imports.list_runs(request.parameter("id"), page.before,
                                 request.query_value("state").value_or(""), page.limit));
  return answer(200, [&](text::JsonWriter& json) {
    json.begin_object().key("items").begin_array();
    for (const auto& run : runs) write_run(json, run);
    json.end_array();
    write_next_cursor(json, page, runs.size(), runs.empty() ? 0 : runs.back().id);
    json.end_object();
  });
}

Result<ImportRun> run_of(Imports& imports, const http::Request& request) {
  return imports.get_run(parse_number(request.parameter("run")).value_or(0));
}

Result<http::Response> show_run(Imports& imports, const http::Request& request) {
  SB_TRY(run, run_of(imports, request));
  return answer_run(run);
}

Result<http::Response> list_errors(Imports& imports, const http::Request& request) {
  SB_TRY(run, run_of(imports, request));
  SB_TRY(page, parse_page(request));
  const auto after = request.query_value("cursor").value_or("").empty() ? 0 : page.before;
  SB_TRY(errors, imports.list_errors(run.id, after, page.limit));
  return answer(200, [&](text::JsonWriter& json) {
    json.begin_object().key("items").begin_array();
    for (const auto& error : errors)
      json.begin_object()
          .member("line", error.line)
          .member("column", error.column)
          .member("reason", error.reason)
          .member("message", error.message)
          .end_object();
    json.end_array();
    write_next_cursor(json, page, errors.size(), errors.empty() ? 0 : errors.back().line);
    json.end_object();
  });
}

std::string csv_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

Result<http::Response> download_errors(Imports& imports, const http::Request& request) {
  SB_TRY(run, run_of(imports, request));
  SB_TRY(errors, imports.list_errors(run.id, 0, ImportRunStore::kMostErrors));
  std::string csv = "line,column,reason,message\r\n";
  for (const auto& error : errors)
    csv += fmt::format("{},{},{},{}\r\n", error.line, csv_text(error.column), error.reason,
                       csv_text(error.message));
  http::Response response{200, {}, std::move(csv), {}};
  response.set("Content-Type", "text/csv; charset=utf-8")
      .set("Content-Disposition",
           fmt::format("attachment; filename=\"import-{}-errors.csv\"", run.id));
  return response;
}

Result<http::Response> release(Imports& imports, const http::Request& request) {
  SB_TRY(run, imports.release(parse_number(request.parameter("run")).value_or(0)));
  return answer_run(run);
}

Result<http::Response> discard(Imports& imports, const http::Request& request) {
  SB_TRY(run, imports.discard(parse_number(request.parameter("run")).value_or(0)));
  return answer_run(run);
}

}  // namespace

std::string_view import_status_of(std::string_view state) {
  if (state == "waiting" || state == "queued" || state == "held") return "New";
  if (state == "running") return "Processing";
  return state == "completed" || state == "ignored" ? "Completed" : "Error";
}

void add_import_definition_routes(http::Router& router, ImportDefinitionService& imports) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.least = std::string_view(method) == "GET" ? http::Role::readonly : http::Role::admin;
    route.body_limit = 128 * 1024;
    route.handler = [&imports, handler](const http::Request& request) {
      return handler(imports, request);
    };
    router.add(std::move(route));
  };
  add("GET", "/api/v1/import-definitions", list_definitions);
  add("POST", "/api/v1/import-definitions", create);
  add("GET", "/api/v1/import-definitions/{id}", show);
  add("PUT", "/api/v1/import-definitions/{id}", change);
  add("DELETE", "/api/v1/import-definitions/{id}", remove);
  add("POST", "/api/v1/import-definitions/{id}/start", start);
  add("GET", "/api/v1/import-definitions/{id}/runs", list_runs);
  add("GET", "/api/v1/import-runs/{run}", show_run);
  add("GET", "/api/v1/import-runs/{run}/errors", list_errors);
  add("GET", "/api/v1/import-runs/{run}/errors.csv", download_errors);
  add("POST", "/api/v1/import-runs/{run}/release", release);
  add("POST", "/api/v1/import-runs/{run}/discard", discard);
}

}  // namespace stockbell::engagement
