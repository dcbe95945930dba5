#include "platform/text/json.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cmath>

#include "platform/text/text.h"

namespace stockbell::text {

Result<boost::json::object> parse_json_object(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return fail(ErrorCode::too_large, "json-too-large",
                fmt::format("the JSON text is longer than {} bytes", max_bytes));
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code error;
  auto value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error, {}, options);
  if (error)
    return fail(ErrorCode::invalid, "json-invalid", "the body is not JSON: " + error.message());
  if (!value.is_object())
    return fail(ErrorCode::invalid, "json-invalid", "the body must be a JSON object");
  return std::move(value.get_object());
}

Result<std::optional<std::string>> find_text(const boost::json::object& object,
                                             std::string_view name) {
  const auto* member = object.if_contains(boost::json::string_view(name.data(), name.size()));
  if (member == nullptr || member->is_null()) return std::optional<std::string>();
  if (!member->is_string())
    return fail(ErrorCode::invalid, std::string(name) + "-invalid",
                std::string(name) + " must be a string", std::string(name));
  return std::optional(std::string(member->get_string()));
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += json_quote(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(json_quote(text)); }

JsonWriter& JsonWriter::value(double number) {
  return raw(std::isfinite(number) ? fmt::format("{}", number) : "null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

}  // namespace stockbell::text
