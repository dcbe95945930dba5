#include "engagement/journey_definitions/journey_routes.h"

#include <charconv>

#include "engagement/journey_definitions/definition_reader.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

#include "journey_schema.h"

using http::Request;
using http::Response;

void write_row(text::JsonWriter& json, const JourneyRow& row) {
  json.member("key", row.key)
      .member("status", to_text(row.status))
      .member("version", row.version)
      .member("changed_at", to_rfc3339(row.changed_at));
}

void write_problems(text::JsonWriter& json, const std::vector<Finding>& problems) {
  json.key("problems").begin_array();
  for (const auto& one : problems)
    json.begin_object().member("path", one.path).member("problem", one.problem).end_object();
  json.end_array();
}

void write_version(text::JsonWriter& json, const VersionRow& row, bool definition) {
  json.begin_object()
      .member("version", row.version)
      .member("state", to_text(row.state))
      .member("saved_at", to_rfc3339(row.created_at));
  json.key("published_at");
  if (row.published_at)
    json.value(to_rfc3339(*row.published_at));
  else
    json.value(nullptr);
  if (definition) json.key("definition").raw(row.definition);
  json.end_object();
}

Error unknown() {
  return {ErrorCode::not_found, "journey-unknown", "there is no such journey", "key"};
}

struct JourneyView {
  JourneyRow row;
  std::vector<VersionRow> versions;
  std::vector<StepCount> counts;  // of the published version
};

Result<JourneyView> read_view(db::Session& session, JourneyRow row) {
  JourneyDefinitionStore store;
  SB_TRY(versions, store.list_versions(session, row.key));
  SB_TRY(counts, store.list_counts(session, row.key, 0));
  return JourneyView{std::move(row), std::move(versions), std::move(counts)};
}

// How many entered and how many are on their way, of all versions.
void write_totals(text::JsonWriter& json, const std::vector<StepCount>& counts) {
  std::int64_t entered = 0, running = 0;
  for (const auto& count : counts) {
    if (count.step == "@entered") entered += count.entered;
    running += count.present;
  }
  json.member("entered", entered).member("running", running);
}

Result<Response> list(db::Database& database) {
  auto views = database.read([](db::Session& session) -> Result<std::vector<JourneyView>> {
    SB_TRY(rows, JourneyDefinitionStore().list(session));
    std::vector<JourneyView> all;
    for (auto& row : rows) {
      SB_TRY(view, read_view(session, std::move(row)));
      all.push_back(std::move(view));
    }
    return all;
  });
  if (!views) return std::unexpected(std::move(views).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& view : *views) {
    json.begin_object();
    write_row(json, view.row);
    std::string name = view.row.key;
    bool draft = false;
    for (const auto& version : view.versions) {
      if (version.state == VersionState::superseded) continue;
      draft |= version.state == VersionState::draft;
      if (version.state == VersionState::draft && view.row.version != 0) continue;
      if (const auto journey = parse_journey(version.definition)) name = journey->name;
    }
    json.member("name", name).member("draft", draft);
    write_totals(json, view.counts);
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(200, std::move(json).str());
}

Result<Response> show(db::Database& database, const Request& request) {
  const auto key = request.parameter("key");
  auto view = database.read([&](db::Session& session) -> Result<JourneyView> {
    SB_TRY(row, JourneyDefinitionStore().find(session, key));
    if (!row) return fail(unknown());
    return read_view(session, std::move(*row));
  });
  if (!view) return std::unexpected(std::move(view).error());
  text::JsonWriter json;
  json.begin_object();
  write_row(json, view->row);
  write_totals(json, view->counts);
  json.key("versions").begin_array();
  for (const auto& version : view->versions)
    write_version(json, version, version.state != VersionState::superseded);
  json.end_array().end_object();
  return Response::json(200, std::move(json).str());
}

Result<int> number_of(std::string_view text, int absent) {
  if (text.empty()) return absent;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1)
    return fail(ErrorCode::invalid, "version-invalid", "version must be a whole number from 1",
                "version");
  return number;
}

Result<Response> show_version(db::Database& database, const Request& request) {
  SB_TRY(number, number_of(request.parameter("version"), 0));
  auto row = database.read([&](db::Session& session) {
    return JourneyDefinitionStore().find_version(session, request.parameter("key"), number);
  });
  if (!row) return std::unexpected(std::move(row).error());
  if (!*row) return fail(unknown());
  text::JsonWriter json;
  write_version(json, **row, true);
  return Response::json(200, std::move(json).str());
}

Result<Response> show_counts(db::Database& database, const Request& request) {
  SB_TRY(version, number_of(request.query_value("version").value_or(""), 0));
  const auto key = request.parameter("key");
  auto counts = database.read([&](db::Session& session) -> Result<std::vector<StepCount>> {
    SB_TRY(row, JourneyDefinitionStore().find(session, key));
    if (!row) return fail(unknown());
    return JourneyDefinitionStore().list_counts(session, key, version);
  });
  if (!counts) return std::unexpected(std::move(counts).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& count : *counts)
    json.begin_object()
        .member("version", count.version)
        .member("step", count.step)
        .member("entered", count.entered)
        .member("present", count.present)
        .end_object();
  json.end_array().end_object();
  return Response::json(200, std::move(json).str());
}

Result<Response> save(JourneyLibrary& library, const Request& request) {
  SB_TRY(saved, library.save(request.body));
  text::JsonWriter json;
  json.begin_object()
      .member("key", saved.key)
      .member("version", saved.version)
      .member("state", "draft");
  write_problems(json, saved.problems);
  json.end_object();
  return Response::json(201, std::move(json).str());
}

Result<Response> validate(JourneyLibrary& library, const Request& request) {
  auto problems = library.validate(request.body);
  if (!problems && problems.error().code != ErrorCode::invalid)
    return std::unexpected(std::move(problems).error());
  if (!problems)
    problems = std::vector<Finding>{{problems.error().field, problems.error().message}};
  text::JsonWriter json;
  json.begin_object().member("valid", problems->empty());
  write_problems(json, *problems);
  json.end_object();
  return Response::json(200, std::move(json).str());
}

using Change = Result<JourneyRow> (JourneyLibrary::*)(const std::string&);

Result<Response> change(JourneyLibrary& library, Change made, const Request& request) {
  SB_TRY(row, (library.*made)(request.parameter("key")));
  text::JsonWriter json;
  json.begin_object();
  write_row(json, row);
  json.end_object();
  return Response::json(200, std::move(json).str());
}

}  // namespace

void add_journey_routes(http::Router& router, db::Database& database, JourneyLibrary& library) {
  using enum http::Role;
  const auto changing = [&library](Change made) {
    return [&library, made](const Request& request) { return change(library, made, request); };
  };
  router.add({"GET", "/api/v1/journeys", readonly, [&](const Request&) { return list(database); }});
  router.add({"GET", "/api/v1/journeys/schema", readonly, [](const Request&) -> Result<Response> {
                return Response::json(200, std::string(kJourneySchema));
              }});
  router.add({"GET", "/api/v1/journeys/{key}", readonly,
              [&](const Request& request) { return show(database, request); }});
  router.add({"GET", "/api/v1/journeys/{key}/versions/{version}", readonly,
              [&](const Request& request) { return show_version(database, request); }});
  router.add({"GET", "/api/v1/journeys/{key}/counts", readonly,
              [&](const Request& request) { return show_counts(database, request); }});
  router.add({.method = "POST",
              .pattern = "/api/v1/journeys",
              .least = admin,
              .handler = [&](const Request& request) { return save(library, request); },
              .body_limit = kMaxJourneyBytes});
  router.add({.method = "POST",
              .pattern = "/api/v1/journeys/validate",
              .least = admin,
              .handler = [&](const Request& request) { return validate(library, request); },
              .body_limit = kMaxJourneyBytes});
  router.add({"POST", "/api/v1/journeys/{key}/publish", admin, changing(&JourneyLibrary::publish)});
  router.add({"POST", "/api/v1/journeys/{key}/pause", admin, changing(&JourneyLibrary::pause)});
  router.add({"POST", "/api/v1/journeys/{key}/resume", admin, changing(&JourneyLibrary::resume)});
  router.add({"POST", "/api/v1/journeys/{key}/stop", admin, changing(&JourneyLibrary::stop)});
}

}  // namespace stockbell::engagement
