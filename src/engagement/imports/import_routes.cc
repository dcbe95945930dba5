#include "engagement/imports/import_routes.h"

#include "engagement/extensions/paging.h"
#include "engagement/imports/import_store.h"

namespace stockbell::engagement {
namespace {

constexpr int kPreviewed = 1000;

void write_time(text::JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  json.key(name);
  if (time)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

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
      .member("back_in_stock", feed.opened)
      .member("sold_out", feed.closed)
      .member("people", feed.people)
      .member("released", feed.released)
      .member("arrived_at", to_rfc3339(feed.arrived_at));
  write_time(json, "built_at", feed.built_at);
  write_time(json, "finished_at", feed.finished_at);
  json.key("rows_before");
  if (feed.rows_before)
    json.value(*feed.rows_before);
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
  const auto state = request.query_value("state").value_or("");
  auto feeds = database.read([&](db::Session& session) {
    return ImportStore().list(session, page.before, state, page.limit);
  });
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

Result<http::Response> show_preview(db::Database& database, const http::Request& request) {
  SB_TRY(feed, get_import(database, request));
  auto items = database.read([&](db::Session& session) {
    return ImportStore().list_preview(session, feed.id, kPreviewed);
  });
  if (!items) return std::unexpected(std::move(items).error());
  text::JsonWriter json;
  json.begin_object()
      .member("back_in_stock", feed.opened)
      .member("people", feed.people)
      .key("items")
      .begin_array();
  for (const auto& item : *items)
    json.begin_object()
        .member("sku", item.sku)
        .member("quantity", item.quantity)
        .member("people", item.people)
        .end_object();
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_import_routes(http::Router& router, db::Database& database, HeldImports held) {
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
  add("/api/v1/feed-imports/{id}/preview", show_preview);
  const auto decide = [&](const char* pattern, std::function<Result<>(ImportId)> decision) {
    router.add({.method = "POST",
                .pattern = pattern,
                .least = http::Role::admin,
                .handler = [&database, decision = std::move(decision)](
                               const http::Request& request) -> Result<http::Response> {
                  SB_TRY(feed, get_import(database, request));
                  SB_CHECK(decision(feed.id));
                  return show_import(database, request);
                }});
  };
  decide("/api/v1/feed-imports/{id}/release", std::move(held.release));
  decide("/api/v1/feed-imports/{id}/discard", std::move(held.discard));
}

}  // namespace stockbell::engagement
