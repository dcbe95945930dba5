// Reads the JSON bodies of the REST surface: bounded, at most 32 deep, UTF-8, and no member twice
// in one object (which of the two would count?). Pure, thread-safe.
#pragma once
#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.h"

namespace stockbell::crm::rest {

inline constexpr std::size_t kRowBytes = 1024 * 1024;
inline constexpr std::size_t kCollectionBytes = 10 * 1024 * 1024;

// Errors: invalid, JSON_PARSER_ERROR.
Result<boost::json::value> parse_body(std::string_view body);
Result<boost::json::object> parse_object_body(std::string_view body);

// The member of an object, or null; the type is checked by the caller.
const boost::json::value* find_member(const boost::json::object& object, std::string_view name);
// The text of a member; empty when it is absent or of another type.
std::string text_member(const boost::json::object& object, std::string_view name);
bool true_member(const boost::json::object& object, std::string_view name);

}  // namespace stockbell::crm::rest
