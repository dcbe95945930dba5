#include "crm/rest/json_body.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <cmath>

#include "platform/text/text.h"

namespace stockbell::crm::rest {
namespace {

namespace json = boost::json;

// Counts the members as they stand in the text. The parsed value keeps one of equal names, so it
// has fewer of them.
struct MemberCounter {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Code = json::error_code;

  std::size_t members = 0;
  bool finite = true;  // 1e400 would be read as infinity
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t, Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(json::string_view, std::size_t, Code&) { return true; }
  bool on_key(json::string_view, std::size_t, Code&) { return ++members, true; }
  bool on_string_part(json::string_view, std::size_t, Code&) { return true; }
  bool on_string(json::string_view, std::size_t, Code&) { return true; }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Code&) { return true; }
  bool on_double(double number, json::string_view, Code&) {
    finite &= std::isfinite(number);
    return true;
  }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }
};

json::parse_options bounds() {
  json::parse_options options;
  options.max_depth = 32;
  return options;
}

std::size_t members_of(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += members_of(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += members_of(element);
  }
  return count;
}

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "JSON_PARSER_ERROR", std::move(message));
}

}  // namespace

Result<json::value> parse_body(std::string_view body) {
  if (text::trim(body.substr(0, 64)).empty() && text::trim(body).empty())
    return bad("No content to map to Object due to end of input");
  json::error_code error;
  auto value = json::parse(json::string_view(body.data(), body.size()), error, {}, bounds());
  if (error) return bad("The body is not JSON: " + error.message());
  json::basic_parser<MemberCounter> counter(bounds());
  counter.write_some(false, body.data(), body.size(), error);
  if (error || counter.handler().members != members_of(value))
    return bad("A member stands twice in one object");
  if (!counter.handler().finite) return bad("A number is too large");
  return value;
}

Result<json::object> parse_object_body(std::string_view body) {
  SB_TRY(value, parse_body(body));
  if (!value.is_object()) return bad("The body must be a JSON object");
  return std::move(value.get_object());
}

const json::value* find_member(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

std::string text_member(const json::object& object, std::string_view name) {
  const auto* member = find_member(object, name);
  return member && member->is_string() ? std::string(member->get_string()) : "";
}

bool true_member(const json::object& object, std::string_view name) {
  const auto* member = find_member(object, name);
  return member && member->is_bool() && member->get_bool();
}

}  // namespace stockbell::crm::rest
