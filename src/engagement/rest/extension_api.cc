#include "engagement/rest/extension_api.h"

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/definition_json.h"
#include "engagement/rest/data_extension_rows.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBodyLimit = 4 * 1024 * 1024;

Result<std::string> key_of(const http::Request& request) {
  const auto& key = request.parameter("key");
  if (key.starts_with("key:")) return key.substr(4);
  return fail(ErrorCode::not_found, "data-extension-unknown",
              "a data extension is named by its customer key: key:KEY");
}

void write_links(text::JsonWriter& json, std::string_view path, const PageOfCall& page,
                 std::int64_t count, const std::string& more = {}) {
  const auto address = [&](std::int64_t number) {
    return fmt::format("{}?$page={}&$pageSize={}{}", path, number, page.size, more);
  };
  json.key("links").begin_object().member("self", address(page.page));
  if (page.page * page.size < count) json.member("next", address(page.page + 1));
  if (page.page > 1) json.member("previous", address(page.page - 1));
  json.end_object();
}

Result<http::Response> create_extension(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(wanted, parse_definition(request.body));
  SB_TRY(made, extensions.create(std::move(wanted)));
  text::JsonWriter json;
  write_definition(json, made, true);
  return http::Response::json(201, std::move(json).str());
}

Result<http::Response> list_extensions(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(page, read_page(request));
  auto search = request.query_value("$search").value_or("");
  std::erase(search, '%');  // people write it as they would for LIKE
  SB_TRY(all, extensions.list(search));
  text::JsonWriter json;
  json.begin_object()
      .member("count", all.size())
      .member("page", page.page)
      .member("pageSize", page.size);
  write_links(json, "/v1/customobjects", page, std::ssize(all));
  json.key("items").begin_array();
  const auto from = static_cast<std::size_t>((page.page - 1) * page.size);
  for (auto at = from; at < std::min(all.size(), from + static_cast<std::size_t>(page.size)); ++at)
    write_definition(json, all[at], false);
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> show_extension(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(found, extensions.get_by_id(request.parameter("id")));
  text::JsonWriter json;
  write_definition(json, found, true);
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> list_fields(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(found, extensions.get_by_id(request.parameter("id")));
  text::JsonWriter json;
  json.begin_object().member("id", id_text(found)).key("fields");
  write_fields(json, found);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> delete_extension(DataExtensions& extensions, const http::Request& request) {
  SB_CHECK(extensions.remove(request.parameter("id")));
  return http::Response::empty(204);
}

// "Id:17", or of a key of two columns "Site:de,Id:17"; a value may hold commas and colons.
Result<RawRow> row_of_path(const DataExtension& extension, const std::string& text) {
  RawRow row;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto part = rest.substr(0, comma);
    const auto colon = part.find(':');
    const auto column =
        colon == part.npos ? std::nullopt : extension.find_column(part.substr(0, colon));
    if (column && extension.columns[*column].is_key)
      row.fields.emplace_back(part.substr(0, colon), part.substr(colon + 1));
    else if (!row.fields.empty())
      row.fields.back().second.append(",").append(part);
    else
      return fail(ErrorCode::invalid, "row-invalid",
                  "a row is named by its key's columns: COLUMN:VALUE");
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return row;
}

void write_raw(text::JsonWriter& json, const DataExtension& extension, const RawRow& row) {
  for (const bool keys : {true, false}) {
    json.key(keys ? "keys" : "values").begin_object();
    for (const auto& [name, value] : row.fields) {
      const auto index = extension.find_column(name);
      if (index && extension.columns[*index].is_key == keys) json.member(name, value);
    }
    json.end_object();
  }
}

Result<http::Response> put_row(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(key, key_of(request));
  SB_TRY(extension, extensions.get(key));
  SB_TRY(row, row_of_path(extension, request.parameter("row")));
  SB_TRY(body, text::parse_json_object(request.body, kBodyLimit));
  const auto* values = body.if_contains("values");
  if (!values)
    return fail(ErrorCode::invalid, "row-invalid", "the body has the columns in values", "values");
  SB_CHECK(add_fields(*values, row));
  SB_CHECK(extensions.upsert(key, {row}));
  text::JsonWriter json;
  json.begin_object();
  write_raw(json, extension, row);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> count_up(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(key, key_of(request));
  SB_TRY(extension, extensions.get(key));
  SB_TRY(row, row_of_path(extension, request.parameter("row")));
  auto step_text = request.query_value("step").value_or("1");
  const bool down = step_text.starts_with('-');
  const auto step = parse_digits(std::string_view(step_text).substr(down ? 1 : 0));
  if (!step || *step > INT32_MAX)
    return fail(ErrorCode::invalid, "step-invalid", "step is a whole number of 32 bits", "step");
  const auto& column = request.parameter("column");
  SB_TRY(value, extensions.increment(key, row, column, down ? -*step : *step));
  row.fields.emplace_back(column, std::to_string(value));
  text::JsonWriter json;
  json.begin_object();
  write_raw(json, extension, row);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> submit_rows(DataExtensions& extensions, const http::Request& request,
                                   RowAction action) {
  SB_TRY(key, key_of(request));
  SB_TRY(token, extensions.requests().submit(key, action, request.body));
  text::JsonWriter json;
  json.begin_object()
      .member("requestId", token)
      .key("resultMessages")
      .begin_array()
      .end_array()
      .end_object();
  return http::Response::json(202, std::move(json).str());
}

void write_time(text::JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  json.key(name);
  if (time)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

Result<http::Response> request_status(DataExtensions& extensions, const http::Request& request) {
  const auto& token = request.parameter("id");
  SB_TRY(status, extensions.requests().status(token));
  const bool errors = status.failed > 0 || status.state == "Error";
  text::JsonWriter json;
  json.begin_object().key("status").begin_object();
  json.member("callDateTime", to_rfc3339(status.called_at));
  write_time(json, "pickupDateTime", status.picked_at);
  write_time(json, "completionDateTime", status.completed_at);
  json.member("hasErrors", errors)
      .member("requestStatus", status.state)
      .member("resultStatus", errors ? "Has Errors" : "OK")
      .member("requestId", token)
      .end_object();
  json.member("requestId", token).key("resultMessages").begin_array().end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> request_results(DataExtensions& extensions, const http::Request& request) {
  const auto& token = request.parameter("id");
  SB_TRY(page, read_page(request));
  SB_TRY(status, extensions.requests().status(token));
  SB_TRY(results, extensions.requests().results(status, (page.page - 1) * page.size, page.size));
  text::JsonWriter json;
  json.begin_object()
      .member("page", page.page)
      .member("pageSize", page.size)
      .member("count", status.done);
  json.key("items").begin_array();
  for (const auto& result : results) {
    json.begin_object().member("status", result.error.empty() ? "OK" : "Error");
    json.member("message", result.error)
        .member("errorCode", result.error.empty() ? 0 : 2)
        .end_object();
  }
  json.end_array()
      .member("requestId", token)
      .key("resultMessages")
      .begin_array()
      .end_array()
      .end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

Result<PageOfCall> read_page(const http::Request& request, int most) {
  PageOfCall call;
  const auto page = parse_digits(request.query_value("$page").value_or("1"));
  const auto size = parse_digits(request.query_value("$pageSize").value_or("50"));
  if (!page || *page < 1 || *page > 1'000'000'000)
    return fail(ErrorCode::invalid, "page-invalid", "$page is a number from 1 on", "$page");
  if (!size || *size < 1 || *size > most)
    return fail(ErrorCode::invalid, "page-size-invalid",
                fmt::format("$pageSize is a number from 1 to {}", most), "$pageSize");
  call.page = *page;
  call.size = static_cast<int>(*size);
  return call;
}

Result<http::Response> upsert_own_rows(DataExtensions& extensions, const std::string& key,
                                       const http::Request& request) {
  SB_TRY(rows, parse_rowset(request.body));
  SB_CHECK(extensions.upsert(key, rows));
  return http::Response::json(200, request.body);  // the rows, as they were saved
}

Result<http::Response> list_own_rows(DataExtensions& extensions, const http::Request& request) {
  SB_TRY(page, read_page(request));
  const auto filter = request.query_value("$filter").value_or("");
  const auto order = request.query_value("$orderBy").value_or("");
  SB_TRY(listed,
         extensions.list_rows(request.parameter("key"), {filter, order, page.page, page.size}));
  const auto& extension = listed.extension;
  text::JsonWriter json;
  json.begin_object();
  std::string more;
  if (!filter.empty()) more += "&$filter=" + text::url_encode(filter);
  if (!order.empty()) more += "&$orderBy=" + text::url_encode(order);
  write_links(json, "/v1/customobjectdata/key/" + text::url_encode(extension.key) + "/rowset", page,
              listed.page.count, more);
  json.member("customObjectId", id_text(extension)).member("customObjectKey", extension.key);
  json.member("pageSize", page.size).member("page", page.page).member("count", listed.page.count);
  json.member("top", page.size).key("items").begin_array();
  for (const auto& row : listed.page.rows) {
    json.begin_object();
    for (const bool keys : {true, false}) {
      json.key(keys ? "keys" : "values").begin_object();
      for (std::size_t i = 0; i < extension.columns.size(); ++i)
        if (extension.columns[i].is_key == keys)
          json.member(fold_name(extension.columns[i].name),
                      format_value(extension.columns[i], row.value(i)));
      json.end_object();
    }
    json.end_object();
  }
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

void add_extension_api(http::Router& router, DataExtensions& extensions) {
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
  add("POST", "/data/v1/customObjects", create_extension);
  add("GET", "/data/v1/customObjects", list_extensions);
  add("GET", "/data/v1/customObjects/{id}", show_extension);
  add("GET", "/data/v1/customObjects/{id}/fields", list_fields);
  add("DELETE", "/data/v1/customObjects/{id}", delete_extension);
  add("PUT", "/hub/v1/dataevents/{key}/rows/{row}", put_row);
  add("PUT", "/hub/v1/dataevents/{key}/rows/{row}/column/{column}/increment", count_up);
  for (const auto& [method, action] :
       {std::pair("POST", RowAction::insert), std::pair("PUT", RowAction::upsert)})
    add(method, "/data/v1/async/dataextensions/{key}/rows",
        [action = action](DataExtensions& all, const http::Request& request) {
          return submit_rows(all, request, action);
        });
  add("GET", "/data/v1/async/{id}/status", request_status);
  add("GET", "/data/v1/async/{id}/results", request_results);
}

}  // namespace stockbell::engagement
