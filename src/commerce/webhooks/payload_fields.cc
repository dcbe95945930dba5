#include "commerce/webhooks/payload_fields.h"

#include <boost/json.hpp>
#include <charconv>

#include "commerce/catalog/catalog_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce::payload {
namespace {

constexpr std::size_t kBodyMost = std::size_t{8} << 20;
constexpr std::size_t kPlainMost = 4000;

}  // namespace

Result<Object> parse(std::string_view body) {
  if (!text::valid_utf8(body))
    return fail(ErrorCode::invalid, "json-invalid", "the body is not valid UTF-8");
  return text::parse_json_object(body, kBodyMost);
}

std::string text(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value) return {};
  if (value->is_string()) {
    auto trimmed = text::trim(std::string_view(value->get_string()));
    std::erase(trimmed, '\0');  // what no store keeps
    return trimmed;
  }
  if (value->is_double()) return fmt::format("{}", value->get_double());  // 4.5, not 4.5E0
  if (value->is_int64() || value->is_uint64())
    return boost::json::serialize(*value);
  return {};
}

std::optional<std::int64_t> number(const Object& object, std::string_view name) {
  const auto word = text(object, name);
  double value = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (problem != std::errc() || end != word.data() + word.size()) return {};
  if (!(value > -1e12 && value < 1e12)) return {};
  return static_cast<std::int64_t>(value);
}

std::optional<bool> flag(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value) return {};
  if (value->is_bool()) return value->get_bool();
  if (value->is_string() && value->get_string() == "true") return true;
  if (value->is_string() && value->get_string() == "false") return false;
  return {};
}

std::optional<std::int64_t> price(const Object& object, std::string_view name) {
  return parse_price(text(object, name));
}

std::optional<Time> time(const Object& object, std::string_view name) {
  return parse_rfc3339(text(object, name));
}

const Object* object(const Object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  return value && value->is_object() ? &value->get_object() : nullptr;
}

std::vector<const Object*> objects(const Object& parent, std::string_view name) {
  std::vector<const Object*> found;
  const auto* value = parent.if_contains(name);
  if (!value || !value->is_array()) return found;
  for (const auto& member : value->get_array())
    if (member.is_object()) found.push_back(&member.get_object());
  return found;
}

std::string plain_text(std::string_view html) {
  std::string out;
  bool tag = false, gap = false;
  for (char c : html) {
    if (c == '<') tag = true;
    const bool blank = tag || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (c == '>') tag = false;
    if (blank || c == '>') {
      gap = !out.empty();
      continue;
    }
    if (out.size() >= kPlainMost && (static_cast<unsigned char>(c) & 0xC0) != 0x80) break;
    if (std::exchange(gap, false)) out += ' ';
    out += c;
  }
  return out;
}

}  // namespace stockbell::commerce::payload
