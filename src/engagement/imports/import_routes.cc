#include "engagement/imports/import_routes.h"

#include "engagement/extensions/paging.h"
#include "engagement/imports/import_store.h"

namespace stockbell::engagement {
namespace {

void write_import(text::JsonWriter& json, const FeedImport& feed) {
  json.begin_object()
      .member("id", std::to_string(feed.id.value))
      .member("name", feed.name)
      .member("file", feed.name)
      .member("state", feed.state)
      .member("bytes", feed.bytes)
      .member("rows_read", feed.rows_read)
      .member("rows_changed", feed.rows_changed)
      .member("rows_refused", feed.rows_refused)
      .member("reason", feed.reason)
      .member("error", feed.reason)
      .member("arrived_at", to_rfc3339(feed.arrived_at));
  json.key("finished_at");
  if (feed.finished_at)
    json.value(to_rfc3339(*feed.finished_at));
  else
    json.value(nullptr);
  json.end_object();
}

Result<FeedImport> get_import(db::Database& database, const http::Request& request) {
  const auto id = parse_number(request.parameter("id"));
  auto feed = database.read(
      [&](db::Session& session) { return ImportStore().find(session, ImportId{id.value_or(0)}); });
  if (!feed) return std::unexpected(std::move(feed).error());
  if (!*feed) return fail(ErrorCode::not_found, "import-unknown", "there is no such import");
  return std::move(**feed);
}

Result<http::Response> list_imports(db::Database& database, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  auto feeds = database.read(
      [&](db::Session& session) { return ImportStore().list(session, page.before, page.limit); });
  if (!feeds) return std::unexpected(std::move(feeds).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& feed : *feeds) write_import(json, feed);
  json.end_array();
  write_next_cursor(json, page, feeds->size(), feeds->empty() ? 0 : feeds->back().id.value);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> show_import(db::Database& database, const http::Request& request) {
  SB_TRY(feed, get_import(database, request));
  text::JsonWriter json;
  write_import(json, feed);
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> list_errors(db::Database& database, const http::Request& request) {
  SB_TRY(feed, get_import(database, request));
  SB_TRY(page, parse_page(request));
  const auto after = request.query_value("cursor").value_or("").empty() ? 0 : page.before;
  auto lines = database.read([&](db::Session& session) {
    return ImportStore().list_refused(session, feed.id, after, page.limit);
  });
  if (!lines) return std::unexpected(std::move(lines).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& line : *lines)
    json.begin_object()
        .member("line", line.line)
        .member("reason", line.reason)
        .member("message", line.message)
        .end_object();
  json.end_array();
  write_next_cursor(json, page, lines->size(), lines->empty() ? 0 : lines->back().line);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_import_routes(http::Router& router, db::Database& database) {
  const auto add = [&](const char* pattern, auto handler) {
    router.add({.method = "GET",
                .pattern = pattern,
                .least = http::Role::readonly,
                .handler = [&database, handler](const http::Request& request) {
                  return handler(database, request);
                }});
  };
  add("/api/v1/feed-imports", list_imports);
  add("/api/v1/feed-imports/{id}", show_import);
  add("/api/v1/feed-imports/{id}/errors", list_errors);
}

}  // namespace stockbell::engagement
