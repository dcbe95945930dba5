#include "engagement/data_extensions/data_extension_routes.h"

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/definition_rules.h"
#include "engagement/extensions/extension_routes.h"
#include "engagement/extensions/paging.h"
#include "platform/text/json_reader.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBodyLimit = 512 * 1024;

Result<Column> read_column(const text::JsonReader& json) {
  SB_CHECK(json.only({"name", "type", "length", "scale", "key", "nullable", "default"}));
  Column column;
  SB_TRY(name, json.text("name", 512));
  SB_TRY(type, json.word<ColumnType>("type", ColumnType::text));
  SB_TRY(length, json.integer("length", 0, 4000, 0));
  SB_TRY(scale, json.integer("scale", 0, 18, 0));
  SB_TRY(key, json.boolean("key", false));
  SB_TRY(nullable, json.boolean("nullable", !key));
  SB_TRY(otherwise, json.text("default", 4000, ""));
  column.name = name;
  column.type = type;
  column.length = length;
  column.scale = scale;
  column.is_key = key;
  column.nullable = nullable;
  if (!otherwise.empty()) column.default_value = otherwise;
  return column;
}

Result<DataExtension> read_extension(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body, kBodyLimit));
  const text::JsonReader json(object, "", "data-extension-invalid");
  SB_CHECK(json.only({"key", "name", "description", "fields"}));
  DataExtension made;
  SB_TRY(key, json.text("key", 144, ""));
  SB_TRY(name, json.text("name", 800));
  SB_TRY(description, json.text("description", 4000, ""));
  SB_TRY(fields, json.list("fields", kMostColumns));
  made.key = key;
  made.name = name;
  made.description = description;
  if (!fields) return json.refuse("fields", "is missing; it must be a list");
  for (std::size_t i = 0; i < fields->size(); ++i) {
    SB_TRY(field, json.element(*fields, "fields", i));
    SB_TRY(column, read_column(field));
    made.columns.push_back(std::move(column));
  }
  return made;
}

void write_extension(text::JsonWriter& json, const DataExtension& extension) {
  json.begin_object()
      .member("key", extension.key)
      .member("name", extension.name)
      .member("description", extension.description)
      .member("kind", to_text(extension.kind))
      .key("fields")
      .begin_array();
  for (const auto& column : extension.columns) {
    json.begin_object()
        .member("name", column.name)
        .member("type", to_text(column.type))
        .member("key", column.is_key)
        .member("nullable", column.nullable);
    if (column.length > 0) json.member("length", column.length);
    if (column.type == ColumnType::decimal) json.member("scale", column.scale);
    if (column.default_value) json.member("default", *column.default_value);
    json.end_object();
  }
  json.end_array();
  if (extension.kind == ExtensionKind::own)
    json.member("created_at", to_rfc3339(extension.created_at))
        .member("modified_at", to_rfc3339(extension.modified_at));
  json.end_object();
}

http::Response answer(int status, const DataExtension& extension) {
  text::JsonWriter json;
  write_extension(json, extension);
  return http::Response::json(status, std::move(json).str());
}

Result<http::Response> list(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(all, extensions.list(request.query_value("search").value_or("")));
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& one : all) write_extension(json, one);
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> create(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(wanted, read_extension(request.body));
  SB_TRY(made, extensions.create(std::move(wanted)));
  return answer(201, made);
}

Result<http::Response> show(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(found, extensions.get(request.parameter("name")));
  return answer(200, found);
}

Result<http::Response> change(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(wanted, read_extension(request.body));
  SB_TRY(before, extensions.get(request.parameter("name")));
  if (wanted.key.empty()) wanted.key = before.key;
  wanted.category = before.category;
  SB_TRY(made, extensions.change(before.key, std::move(wanted)));
  return answer(200, made);
}

Result<http::Response> remove(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(found, extensions.get(request.parameter("name")));
  SB_CHECK(
      extensions.remove(found.kind == ExtensionKind::own ? std::to_string(found.id) : found.key));
  return http::Response::empty(204);
}

// The cursor is the number of the page to come: rows have no order that a client could go on from.
Result<http::Response> list_rows(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(synchronised, list_synchronised_rows(extensions.database(), request));
  if (synchronised) return std::move(*synchronised);
  SB_TRY(page, parse_page(request));
  RowQuery query;
  query.filter = request.query_value("filter").value_or("");
  query.order = request.query_value("order").value_or("");
  query.size = page.limit;
  if (!request.query_value("cursor").value_or("").empty()) query.page = page.before;
  if (query.page < 1 || query.page > 1'000'000'000)
    return fail(ErrorCode::invalid, "cursor-invalid", "cursor is next_cursor of the page before",
                "cursor");
  SB_TRY(listed, extensions.list_rows(request.parameter("name"), query));
  const auto& columns = listed.extension.columns;
  text::JsonWriter json;
  json.begin_object().member("count", listed.page.count).key("items").begin_array();
  for (const auto& row : listed.page.rows) {
    json.begin_object();
    for (std::size_t i = 0; i < columns.size(); ++i)
      json.member(columns[i].name, format_value(columns[i], row.value(i)));
    json.end_object();
  }
  json.end_array().key("next_cursor");
  if (query.page * query.size < listed.page.count)
    json.value(std::to_string(query.page + 1));
  else
    json.value(nullptr);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_data_extension_routes(http::Router& router, DataExtensions& extensions) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.least = std::string_view(method) == "GET" ? http::Role::readonly : http::Role::admin;
    route.body_limit = kBodyLimit;
    route.handler = [&extensions, handler](const http::Request& request) {
      return handler(extensions, request);
    };
    router.add(std::move(route));
  };
  add("GET", "/api/v1/data-extensions", list);
  add("POST", "/api/v1/data-extensions", create);
  add("GET", "/api/v1/data-extensions/{name}", show);
  add("PUT", "/api/v1/data-extensions/{name}", change);
  add("DELETE", "/api/v1/data-extensions/{name}", remove);
  add("GET", "/api/v1/data-extensions/{name}/rows", list_rows);
}

}  // namespace stockbell::engagement
