#include "platform/http/target.h"

#include <algorithm>

#include "platform/text/text.h"

namespace stockbell::http {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, "target-invalid", std::move(message));
}

bool dot_segment(std::string_view path) {
  for (std::size_t from = 0; from <= path.size();) {
    auto end = std::min(path.find('/', from), path.size());
    auto segment = path.substr(from, end - from);
    if (segment == "." || segment == "..") return true;
    from = end + 1;
  }
  return false;
}

std::optional<std::string> decode_field(std::string_view field) {
  std::string spaced(field);
  std::ranges::replace(spaced, '+', ' ');
  auto decoded = text::url_decode(spaced);
  if (!decoded || !text::valid_utf8(*decoded) || decoded->contains('\0')) return {};
  return decoded;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!query.empty()) {
    auto end = std::min(query.find('&'), query.size());
    auto field = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (field.empty()) continue;
    auto equals = std::min(field.find('='), field.size());
    auto name = decode_field(field.substr(0, equals));
    auto value = decode_field(field.substr(std::min(equals + 1, field.size())));
    if (!name || !value) return refuse("a field is not correctly escaped UTF-8 (name=value, %XX)");
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

Result<Target> parse_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    auto slash = target.find_first_of("/?", scheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (!target.starts_with('/')) return refuse("the request target must start with /");
  Target out;
  auto mark = target.find('?');
  out.wire_path = target.substr(0, mark);
  auto path = text::url_decode(out.wire_path);
  if (!path) return refuse("the path holds a broken %-escape");
  if (!text::valid_utf8(*path)) return refuse("the path is not UTF-8");
  if (text::has_control(*path)) return refuse("the path holds a control character");
  if (dot_segment(*path)) return refuse("the path holds a . or .. segment");
  out.path = std::move(*path);
  if (mark != std::string_view::npos) {
    SB_TRY(query, parse_query(target.substr(mark + 1)));
    out.query = std::move(query);
  }
  return out;
}

}  // namespace stockbell::http
