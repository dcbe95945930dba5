#include "app/api_client.h"

#include <boost/json.hpp>
#include <thread>

#include "platform/http/client.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

std::int64_t number_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401: return ErrorCode::unauthorized;
    case 403: return ErrorCode::forbidden;
    case 404: return ErrorCode::not_found;
    case 409: return ErrorCode::conflict;
    case 413: return ErrorCode::too_large;
    case 429: return ErrorCode::rate_limited;
    case 503: return ErrorCode::unavailable;
    default: return status < 500 ? ErrorCode::invalid : ErrorCode::internal;
  }
}

Error problem_of(const http::Response& response) {
  auto problem = text::parse_json_object(response.body);
  if (!problem) return {code_of(response.status), "http-status", fmt::format("the server answered {}", response.status), ""};
  return {code_of(response.status), text_of(*problem, "reason"), text_of(*problem, "detail"), text_of(*problem, "field")};
}

ImportOutcome read_outcome(const boost::json::object& import) {
  ImportOutcome outcome{text_of(import, "state"), text_of(import, "error"), number_of(import, "rows_read"),
                        number_of(import, "rows_changed"), number_of(import, "rows_refused"), {}};
  if (const auto* errors = import.if_contains("errors"))
    for (const auto& error : errors->as_array())
      outcome.refused.emplace_back(number_of(error.as_object(), "line"), text_of(error.as_object(), "message"));
  return outcome;
}

}  // namespace

Result<ApiClient> ApiClient::open(const config::Config& config) {
  SB_TRY(running, find_control(config.data_dir));
  if (running) return of(*running);
  SB_TRY(own, Application::start(config, false));
  auto control = own->control();
  return ApiClient(std::move(control), std::move(own));
}

Result<std::string> ApiClient::send(const std::string& method, const std::string& path, const std::string& type,
                                    const std::string& body, const std::filesystem::path& file) {
  http::ClientRequest request;
  request.method = method;
  request.url = control_.url + path;
  request.headers = {{"Authorization", "Bearer " + control_.key}, {"Content-Type", type}};
  request.body = body;
  request.body_file = file;
  request.ca_file = control_.ca_file;
  request.timeout = std::chrono::minutes(10);
  request.response_limit = 64 << 20;
  SB_TRY(response, http::fetch(request));
  if (response.status >= 300) return fail(problem_of(response));
  return std::move(response.body);
}

Result<std::string> ApiClient::call(const std::string& method, const std::string& path, const std::string& json_body) {
  return send(method, path, "application/json", json_body, {});
}

Result<ImportOutcome> ApiClient::import_file(const std::string& kind, const std::string& mode,
                                             const std::filesystem::path& file,
                                             const std::function<void(std::int64_t)>& progress) {
  SB_TRY(answer, send("POST", "/api/v1/imports/" + kind + "?file_name=" + text::url_encode(file.filename().string()) + (mode.empty() ? "" : "&mode=" + mode),
                      "application/octet-stream", {}, file));
  SB_TRY(started, text::parse_json_object(answer));
  const auto& id = started.at("id");
  const auto path = "/api/v1/imports/" + (id.is_string() ? std::string(id.as_string()) : boost::json::serialize(id));
  for (;;) {
    SB_TRY(seen, call("GET", path));
    SB_TRY(object, text::parse_json_object(seen, 16 << 20));
    auto outcome = read_outcome(object);
    if (progress) progress(outcome.rows_read);
    if (outcome.state != "waiting" && outcome.state != "running") return outcome;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace stockbell::app
