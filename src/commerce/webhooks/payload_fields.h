// Reading members of webhook payloads, whatever their type: shops send ids as numbers and as text,
// and leave out or null what they do not know. Pure.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::commerce::payload {

using Object = boost::json::object;

// The members of objects and arrays may not be deeper than 32, the text not longer than 8 MB.
Result<Object> parse(std::string_view body);

std::string text(const Object& object, std::string_view name);  // "" when absent, null or no scalar
std::optional<std::int64_t> number(const Object& object, std::string_view name);
std::optional<bool> flag(const Object& object, std::string_view name);
std::optional<std::int64_t> price(const Object& object, std::string_view name);  // hundredths
std::optional<Time> time(const Object& object, std::string_view name);
const Object* object(const Object& parent, std::string_view name);
// The objects of an array; others in it are passed over.
std::vector<const Object*> objects(const Object& parent, std::string_view name);
std::string plain_text(std::string_view html);  // without tags, at most 4,000 bytes

}  // namespace stockbell::commerce::payload
