#include "platform/text/json_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/text/text.h"

namespace stockbell::text {
namespace {

std::string_view view(boost::json::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string JsonReader::path_of(std::string_view name) const {
  if (path_.empty() || name.empty()) return path_ + std::string(name);
  return path_ + "." + std::string(name);
}

std::string JsonReader::path_of(std::string_view name, std::size_t index) const {
  return fmt::format("{}[{}]", path_of(name), index);
}

std::unexpected<Error> JsonReader::refuse(std::string_view name, std::string_view what) const {
  auto path = path_of(name);
  return fail(ErrorCode::invalid, std::string(reason_),
              fmt::format("{} {}", path.empty() ? "the rule" : path, what), path);
}

const boost::json::value* JsonReader::find(std::string_view name) const {
  return object_.if_contains(boost::json::string_view(name.data(), name.size()));
}

Result<> JsonReader::only(std::initializer_list<std::string_view> names) const {
  for (const auto& member : object_)
    if (std::ranges::find(names, view(member.key())) == names.end()) {
      auto shown = view(member.key()).substr(0, 40);
      return refuse(text::valid_utf8(shown) && !text::has_control(shown) ? shown : "?",
                    fmt::format("is not known here; known are {}", fmt::join(names, ", ")));
    }
  return {};
}

Result<std::string> JsonReader::text(std::string_view name, std::size_t longest,
                                     std::optional<std::string_view> absent) const {
  const auto* found = find(name);
  if (found == nullptr && absent) return std::string(*absent);
  if (found == nullptr) return refuse(name, "is missing; it must be a string");
  if (!found->is_string()) return refuse(name, "must be a string");
  const auto value = view(found->get_string());
  if (value.size() > longest || (value.empty() && !absent))
    return refuse(name, fmt::format("must be 1 to {} bytes long", longest));
  if (!text::valid_utf8(value) || text::has_control(value))
    return refuse(name, "must be UTF-8 without control characters");
  return std::string(value);
}

Result<std::string> JsonReader::identifier(std::string_view name) const {
  SB_TRY(value, text(name, 64));
  for (char c : value)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return refuse(name, "must consist of letters, digits and _");
  return value;
}

Result<bool> JsonReader::boolean(std::string_view name, bool absent) const {
  const auto* found = find(name);
  if (found == nullptr) return absent;
  if (!found->is_bool()) return refuse(name, "must be true or false");
  return found->get_bool();
}

Result<int> JsonReader::integer(std::string_view name, int least, int most, int absent) const {
  const auto* found = find(name);
  if (found == nullptr) return absent;
  if (!found->is_int64() || found->get_int64() < least || found->get_int64() > most)
    return refuse(name, fmt::format("must be a whole number from {} to {}", least, most));
  return static_cast<int>(found->get_int64());
}

Result<const boost::json::array*> JsonReader::list(std::string_view name, std::size_t most) const {
  const auto* found = find(name);
  if (found == nullptr) return nullptr;
  if (!found->is_array() || found->get_array().size() > most)
    return refuse(name, fmt::format("must be a list of at most {}", most));
  return &found->get_array();
}

Result<std::optional<JsonReader>> JsonReader::object(std::string_view name) const {
  const auto* found = find(name);
  if (found == nullptr) return std::optional<JsonReader>();
  if (!found->is_object()) return refuse(name, "must be an object");
  return std::optional(JsonReader(found->get_object(), path_of(name), reason_));
}

Result<JsonReader> JsonReader::element(const boost::json::array& list, std::string_view name,
                                       std::size_t index) const {
  auto path = path_of(name, index);
  if (!list[index].is_object())
    return fail(ErrorCode::invalid, std::string(reason_), path + " must be an object", path);
  return JsonReader(list[index].get_object(), std::move(path), reason_);
}

}  // namespace stockbell::text
