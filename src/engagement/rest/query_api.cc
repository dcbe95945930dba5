#include "engagement/rest/query_api.h"

#include "engagement/rest/data_extension_rows.h"
#include "engagement/rest/extension_api.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBodyLimit = 256 * 1024;

std::int64_t id_of(const http::Request& request) {
  return parse_digits(request.parameter("id")).value_or(0);
}

std::string_view name_of(UpdateType type) {
  switch (type) {
    case UpdateType::overwrite:
      return "Overwrite";
    case UpdateType::update:
      return "Update";
    default:
      return "Append";
  }
}

void write_query(text::JsonWriter& json, const QueryActivity& activity) {
  json.begin_object()
      .member("queryDefinitionId", std::to_string(activity.id))
      .member("name", activity.name)
      .member("key", activity.key)
      .member("description", activity.description)
      .member("queryText", activity.text)
      .member("targetKey", activity.target_key)
      .member("targetUpdateTypeId", static_cast<int>(activity.update_type))
      .member("targetUpdateTypeName", name_of(activity.update_type))
      .member("categoryId", activity.category)
      .member("createdDate", to_rfc3339(activity.created_at))
      .member("modifiedDate", to_rfc3339(activity.modified_at))
      .member("isRunning", activity.state != "idle");
  // Of the last run: ours.
  if (activity.finished_at) json.member("lastRunDate", to_rfc3339(*activity.finished_at));
  json.member("lastRunRows", activity.rows_written)
      .member("lastRunError", activity.error)
      .end_object();
}

http::Response answer(int status, const QueryActivity& activity) {
  text::JsonWriter json;
  write_query(json, activity);
  return http::Response::json(status, std::move(json).str());
}

// What the body says over what `activity` has.
Result<> read_query(const http::Request& request, QueryActivity& activity) {
  SB_TRY(body, text::parse_json_object(request.body, kBodyLimit));
  const std::pair<const char*, std::string*> texts[] = {{"name", &activity.name},
                                                        {"key", &activity.key},
                                                        {"description", &activity.description},
                                                        {"queryText", &activity.text},
                                                        {"Text", &activity.text},
                                                        {"targetKey", &activity.target_key}};
  for (const auto& [name, into] : texts) {
    SB_TRY(text, text::find_text(body, name));
    if (text) *into = *text;
  }
  if (const auto* type = body.if_contains("targetUpdateTypeId")) {
    if (!type->is_int64() || type->get_int64() < 0 || type->get_int64() > 2)
      return fail(ErrorCode::invalid, "query-invalid",
                  "targetUpdateTypeId is 0 (overwrite), 1 (update) or 2 (append)",
                  "targetUpdateTypeId");
    activity.update_type = static_cast<UpdateType>(type->get_int64());
  }
  if (const auto* category = body.if_contains("categoryId"); category && category->is_int64())
    activity.category = category->get_int64();
  return {};
}

Result<http::Response> create(QueryService& queries, const http::Request& request) {
  QueryActivity wanted;
  SB_CHECK(read_query(request, wanted));
  SB_TRY(made, queries.create(std::move(wanted)));
  return answer(201, made);
}

Result<http::Response> change(QueryService& queries, const http::Request& request) {
  SB_TRY(activity, queries.get(id_of(request)));
  const auto key = activity.key;
  SB_CHECK(read_query(request, activity));
  if (fold_name(key) != fold_name(activity.key))
    return fail(ErrorCode::invalid, "query-invalid", "the key of a query activity does not change",
                "key");
  SB_TRY(changed, queries.change(std::move(activity)));
  return answer(200, changed);
}

Result<http::Response> show(QueryService& queries, const http::Request& request) {
  SB_TRY(activity, queries.get(id_of(request)));
  return answer(200, activity);
}

Result<http::Response> list(QueryService& queries, const http::Request& request) {
  SB_TRY(all, queries.list());
  const auto write = [](text::JsonWriter& json, const auto& query) -> Result<> {
    write_query(json, query);
    return {};
  };
  return answer_page(request, all, write);
}

Result<http::Response> remove(QueryService& queries, const http::Request& request) {
  SB_CHECK(queries.remove(id_of(request)));
  return http::Response::empty(204);
}

Result<http::Response> start(QueryService& queries, const http::Request& request) {
  SB_CHECK(queries.start(id_of(request)));
  return http::Response::json(200, "\"OK\"");
}

Result<http::Response> is_running(QueryService& queries, const http::Request& request) {
  SB_TRY(activity, queries.get(id_of(request)));
  text::JsonWriter json;
  json.begin_object()
      .member("queryDefinitionId", std::to_string(activity.id))
      .member("isRunning", activity.state != "idle")
      .end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> validate(QueryService& queries, const http::Request& request) {
  QueryActivity wanted;
  SB_CHECK(read_query(request, wanted));
  const auto valid = queries.validate(wanted.text, wanted.target_key, wanted.update_type);
  if (!valid && valid.error().code != ErrorCode::invalid &&
      valid.error().code != ErrorCode::not_found)
    return fail(valid.error());
  text::JsonWriter json;
  json.begin_object().member("queryValid", valid.has_value()).key("errors").begin_array();
  if (!valid) json.begin_object().member("message", valid.error().message).end_object();
  json.end_array().key("warnings").begin_array().end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_query_api(http::Router& router, QueryService& queries) {
  const auto add = [&](const char* method, const char* pattern, auto handler, http::Role least) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.least = least;
    route.body_limit = kBodyLimit;
    route.handler = [&queries, handler](const http::Request& request) {
      return handler(queries, request);
    };
    router.add(std::move(route));
  };
  add("GET", "/automation/v1/queries", list, http::Role::readonly);
  add("POST", "/automation/v1/queries", create, http::Role::admin);
  add("POST", "/automation/v1/queries/actions/validate", validate, http::Role::readonly);
  add("GET", "/automation/v1/queries/{id}", show, http::Role::readonly);
  add("PATCH", "/automation/v1/queries/{id}", change, http::Role::admin);
  add("DELETE", "/automation/v1/queries/{id}", remove, http::Role::admin);
  add("POST", "/automation/v1/queries/{id}/actions/start", start, http::Role::admin);
  add("GET", "/automation/v1/queries/{id}/actions/isrunning", is_running, http::Role::readonly);
}

}  // namespace stockbell::engagement
