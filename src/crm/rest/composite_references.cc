#include "crm/rest/composite_references.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "platform/text/text.h"

namespace stockbell::crm::rest {
namespace {

namespace json = boost::json;

std::unexpected<Error> halted(std::string message) {
  return fail(ErrorCode::invalid, "PROCESSING_HALTED", std::move(message));
}

// One step of a path: "records", or "records[0]".
const json::value* step(const json::value& from, std::string_view part) {
  const auto bracket = part.find('[');
  const auto name = part.substr(0, bracket);
  const json::value* at = &from;
  if (!name.empty()) {
    if (!at->is_object()) return nullptr;
    at = at->get_object().if_contains(json::string_view(name.data(), name.size()));
    if (!at) return nullptr;
  }
  for (auto rest = bracket == part.npos ? "" : part.substr(bracket); !rest.empty();) {
    std::size_t index = 0;
    const auto close = rest.find(']');
    if (rest.front() != '[' || close == rest.npos || !at->is_array()) return nullptr;
    const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + close, index);
    if (error != std::errc() || end != rest.data() + close || index >= at->get_array().size())
      return nullptr;
    at = &at->get_array()[index];
    rest.remove_prefix(close + 1);
  }
  return at;
}

Result<const json::value*> find_value(std::string_view path, const PartBodies& bodies) {
  const auto end = std::min(path.find_first_of(".["), path.size());
  const auto ref = std::string(path.substr(0, end));
  const auto body = bodies.find(ref);
  const auto shown = is_reference_id(ref) ? ref : "?";
  if (body == bodies.end())
    return halted(fmt::format("Invalid reference specified. No value for {} found", shown));
  const json::value* at = &body->second;
  auto rest = path.substr(end);
  while (at && !rest.empty()) {
    if (rest.front() == '.') rest.remove_prefix(1);
    const auto length = std::min(rest.find('.'), rest.size());
    at = length == 0 ? nullptr : step(*at, rest.substr(0, length));
    rest.remove_prefix(length);
  }
  if (!at || at->is_object() || at->is_array())
    return halted(fmt::format(
        "Invalid reference specified. No value for {} found in {}",
        text::valid_utf8(path) && !text::has_control(path) ? path.substr(0, 80) : "?", shown));
  return at;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? "" : json::serialize(value);
}

}  // namespace

bool is_reference_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<std::string> replace_references(std::string_view text, const PartBodies& bodies,
                                       bool escape_for_url) {
  std::string out;
  for (;;) {
    const auto at = text.find("@{");
    const auto close = at == text.npos ? text.npos : text.find('}', at);
    if (close == text.npos) return out += text, out;
    out += text.substr(0, at);
    SB_TRY(value, find_value(text.substr(at + 2, close - at - 2), bodies));
    const auto plain = text_of(*value);
    out += escape_for_url && !plain.starts_with("/services/") ? text::url_encode(plain) : plain;
    if (out.size() > kMostReplaced) return halted("The references make the request too long");
    text.remove_prefix(close + 1);
  }
}

Result<> replace_references(json::value& value, const PartBodies& bodies, std::size_t& budget) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) SB_CHECK(replace_references(member.value(), bodies, budget));
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) SB_CHECK(replace_references(element, bodies, budget));
  } else if (value.is_string()) {
    const std::string_view text = value.get_string();
    if (text.find("@{") == text.npos) return {};
    if (text.starts_with("@{") && text.find('}') == text.size() - 1) {
      SB_TRY(found, find_value(text.substr(2, text.size() - 3), bodies));
      const auto size = text_of(*found).size();
      if (size > budget) return halted("The references make the request too long");
      budget -= size;
      value = json::value(*found);
      return {};
    }
    SB_TRY(replaced, replace_references(text, bodies, false));
    if (replaced.size() > budget) return halted("The references make the request too long");
    budget -= replaced.size();
    value = json::string(replaced);
  }
  return {};
}

}  // namespace stockbell::crm::rest
