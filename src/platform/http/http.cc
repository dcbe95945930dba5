#include "platform/http/http.h"

#include <algorithm>

#include "platform/http/target.h"
#include "platform/text/text.h"

namespace stockbell::http {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

std::vector<std::string> Request::query_values(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : query)
    if (key == name) out.push_back(value);
  return out;
}

std::string Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

std::string Request::cookie(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (!same_name(key, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      auto end = std::min(rest.find(';'), rest.size());
      auto pair = text::trim(rest.substr(0, end));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
        return pair.substr(name.size() + 1);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

Result<std::vector<std::pair<std::string, std::string>>> Request::form() const {
  auto type = header("Content-Type");
  type = text::trim(std::string_view(type).substr(0, type.find(';')));
  if (!same_name(type, "application/x-www-form-urlencoded"))
    return fail(ErrorCode::invalid, "form-expected",
                "the body must be application/x-www-form-urlencoded");
  auto fields = parse_query(body);
  if (!fields) return fail(ErrorCode::invalid, "form-invalid", fields.error().message);
  return fields;
}

Response Response::json(int status, std::string body) {
  return Response{status, {{"Content-Type", "application/json"}}, std::move(body), {}};
}
Response Response::html(int status, std::string body) {
  return Response{status, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(body), {}};
}
Response Response::text(int status, std::string body) {
  return Response{status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body), {}};
}
Response Response::redirect(std::string location, int status) {
  return Response{status, {{"Location", std::move(location)}}, {}, {}};
}

Response& Response::set(std::string name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

}  // namespace stockbell::http
