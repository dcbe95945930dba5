#include "platform/salesforce/api_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <sstream>

namespace stockbell::salesforce {
namespace {

constexpr std::size_t kLongestMessage = 300;

std::string without_addresses(std::string_view message) {
  std::istringstream words{std::string(message.substr(0, 4 * kLongestMessage))};
  std::string out;
  for (std::string word; words >> word;) {
    if (!out.empty()) out += ' ';
    out += word.find('@') == word.npos ? word : "(address)";
  }
  if (out.size() > kLongestMessage) out.resize(kLongestMessage);
  return out;
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401:
      return ErrorCode::unauthorized;
    case 403:
      return ErrorCode::forbidden;
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 413:
    case 414:
    case 431:
      return ErrorCode::too_large;
    case 408:
    case 425:
      return ErrorCode::unavailable;
    case 420:
    case 429:
      return ErrorCode::rate_limited;
    default:
      // A redirect means that the address in the configuration is not quite right.
      return status >= 500 || (status >= 300 && status < 400) ? ErrorCode::unavailable
                                                              : ErrorCode::invalid;
  }
}

Error plain_error(const http::Response& answer, std::string_view who) {
  return {code_of(answer.status), fmt::format("{}-http-{}", who, answer.status),
          fmt::format("the server answered {}", answer.status), ""};
}

}  // namespace

Result<boost::json::value> parse_answer(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code error;
  auto value =
      boost::json::parse(boost::json::string_view(body.data(), body.size()), error, {}, options);
  if (error)
    return fail(ErrorCode::unavailable, "answer-invalid",
                "the server's answer is not JSON: " + error.message());
  return value;
}

std::string text_of(const boost::json::value& object, std::string_view name) {
  if (!object.is_object()) return "";
  const auto* member =
      object.get_object().if_contains(boost::json::string_view(name.data(), name.size()));
  if (member == nullptr) return "";
  if (member->is_string()) return std::string(member->get_string());
  if (member->is_int64()) return std::to_string(member->get_int64());
  if (member->is_uint64()) return std::to_string(member->get_uint64());
  if (member->is_double()) return fmt::format("{}", member->get_double());
  return "";
}

bool true_in(const boost::json::value& object, std::string_view name) {
  if (!object.is_object()) return false;
  const auto* member =
      object.get_object().if_contains(boost::json::string_view(name.data(), name.size()));
  return member != nullptr && member->is_bool() && member->get_bool();
}

const boost::json::array* array_in(const boost::json::value& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto* member =
      object.get_object().if_contains(boost::json::string_view(name.data(), name.size()));
  return member == nullptr ? nullptr : member->if_array();
}

bool passes_by_itself(std::string_view error_code) {
  static constexpr std::array<std::string_view, 11> kCodes = {"UNABLE_TO_LOCK_ROW",
                                                              "SERVER_UNAVAILABLE",
                                                              "REQUEST_LIMIT_EXCEEDED",
                                                              "QUERY_TIMEOUT",
                                                              "UNKNOWN_EXCEPTION",
                                                              "REQUEST_RUNNING_TOO_LONG",
                                                              "CONCURRENT_REQUEST_LIMIT",
                                                              "TXN_SECURITY_RUNTIME_ERROR",
                                                              "LIMIT_EXCEEDED",
                                                              "API_CURRENTLY_DISABLED",
                                                              "ORG_LOCKED"};
  return std::ranges::find(kCodes, error_code) != kCodes.end();
}

Error error_of_element(const boost::json::value& element, int status) {
  Error error{code_of(status), text_of(element, "errorCode"),
              without_addresses(text_of(element, "message")), ""};
  if (error.reason.empty()) error.reason = text_of(element, "statusCode");
  if (const auto* fields = array_in(element, "fields"))
    for (const auto& field : *fields)
      if (field.is_string())
        error.field += (error.field.empty() ? "" : ",") + std::string(field.get_string());
  if (passes_by_itself(error.reason)) error.code = ErrorCode::unavailable;
  return error;
}

Error core_error(const http::Response& answer) {
  const auto body = parse_answer(answer.body);
  if (!body) return plain_error(answer, "salesforce");
  if (body->is_array() && !body->get_array().empty()) {
    auto error = error_of_element(body->get_array().front(), answer.status);
    if (!error.reason.empty()) return error;
  }
  // The token endpoint's form: {"error", "error_description"}.
  if (const auto reason = text_of(*body, "error"); !reason.empty())
    return {answer.status == 400 ? ErrorCode::unauthorized : code_of(answer.status), reason,
            without_addresses(text_of(*body, "error_description")), ""};
  return plain_error(answer, "salesforce");
}

Error marketing_cloud_error(const http::Response& answer) {
  auto error = plain_error(answer, "marketing-cloud");
  const auto body = parse_answer(answer.body);
  if (!body) return error;
  auto message = text_of(*body, "message");
  if (message.empty()) message = text_of(*body, "error_description");
  if (!message.empty()) error.message = without_addresses(message);
  const auto code = text_of(*body, "errorcode");
  if (!code.empty() && code != "0") error.reason = "marketing-cloud-" + code;
  if (const auto word = text_of(*body, "error"); !word.empty()) {
    error.reason = word;
    if (answer.status == 400) error.code = ErrorCode::unauthorized;
  }
  return error;
}

}  // namespace stockbell::salesforce
