#include "crm/rest/api_errors.h"

#include <map>

namespace stockbell::crm::rest {
namespace {

bool is_error_code(std::string_view reason) {
  return !reason.empty() && std::ranges::all_of(reason, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void write_error(text::JsonWriter& json, const Error& error, bool with_fields) {
  json.begin_object().member("message", error.message).member("errorCode", error.reason);
  if (with_fields || !error.field.empty()) {
    json.key("fields");
    write_fields(json, error.field);
  }
}

}  // namespace

int status_of_code(std::string_view code) {
  static const std::map<std::string_view, int> kStatus = {
      {"INVALID_SESSION_ID", 401},
      {"INSUFFICIENT_ACCESS", 403},
      {"REQUEST_LIMIT_EXCEEDED", 403},
      {"INSUFFICIENT_ACCESS_OR_READONLY", 403},
      {"NOT_FOUND", 404},
      {"ENTITY_IS_DELETED", 404},
      {"METHOD_NOT_ALLOWED", 405},
      {"REQUEST_ENTITY_TOO_LARGE", 413},
      {"UNSUPPORTED_MEDIA_TYPE", 415},
      {"UNKNOWN_EXCEPTION", 500},
      {"SERVER_UNAVAILABLE", 503},
  };
  const auto found = kStatus.find(code);
  return found == kStatus.end() ? 400 : found->second;
}

Error in_their_words(const Error& error) {
  if (is_error_code(error.reason)) return error;
  const auto say = [&](std::string code, std::string message) {
    return Error{error.code, std::move(code), std::move(message), ""};
  };
  switch (error.code) {
    case ErrorCode::unauthorized:
      return say("INVALID_SESSION_ID", "Session expired or invalid");
    case ErrorCode::forbidden:
      return say("INSUFFICIENT_ACCESS", "insufficient access rights: this user may not do that");
    case ErrorCode::not_found:
      return say("NOT_FOUND", "The requested resource does not exist");
    case ErrorCode::too_large:
      return say("REQUEST_ENTITY_TOO_LARGE", error.message);
    case ErrorCode::rate_limited:
      return say("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    case ErrorCode::unavailable:
      return say("SERVER_UNAVAILABLE", "Server is temporarily unavailable, try again");
    case ErrorCode::conflict:
      return say("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
    case ErrorCode::internal:
      return say("UNKNOWN_EXCEPTION", "An unexpected error occurred");
    case ErrorCode::invalid:
      return say("INVALID_INPUT", error.message);
  }
  return error;
}

void write_fields(text::JsonWriter& json, std::string_view joined) {
  json.begin_array();
  while (!joined.empty()) {
    const auto comma = std::min(joined.find(','), joined.size());
    json.value(joined.substr(0, comma));
    joined.remove_prefix(std::min(comma + 1, joined.size()));
  }
  json.end_array();
}

http::Response json_answer(int status, std::string body) {
  http::Response response = http::Response::json(status, std::move(body));
  response.set("Content-Type", "application/json;charset=UTF-8");
  return response;
}

http::Response refusal(const Error& given) {
  const auto error = in_their_words(given);
  text::JsonWriter json;
  json.begin_array();
  write_error(json, error, false);
  return json_answer(status_of_code(error.reason), json.end_object().end_array().str());
}

http::Response refusal(std::span<const Error> errors, std::string_view duplicate_result) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& error : errors) {
    write_error(json, error, error.reason != "DUPLICATES_DETECTED");
    if (error.reason == "DUPLICATES_DETECTED" && !duplicate_result.empty())
      json.key("duplicateResut").raw(duplicate_result);  // the spelling clients look for
    json.end_object();
  }
  const int status = errors.empty() ? 500 : status_of_code(errors.front().reason);
  return json_answer(status, json.end_array().str());
}

http::Response refusal(const Error& error, int status, const std::vector<std::string>& allowed) {
  if (!allowed.empty()) {
    std::string list;
    for (const auto& method : allowed) list += (list.empty() ? "" : ",") + method;
    return refusal(Error{ErrorCode::invalid, "METHOD_NOT_ALLOWED",
                         "HTTP Method not allowed. Allowed are " + list, ""});
  }
  auto response = refusal(error);
  // A status that no errorCode stands for: 408, 417, 431.
  if (response.status == 400 && status >= 400 && status != 422) response.status = status;
  return response;
}

}  // namespace stockbell::crm::rest
