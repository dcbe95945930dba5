#include "platform/http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace stockbell::http {
namespace {

bool token(std::string_view name) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOther.find(c) != std::string_view::npos;
  });
}

bool clean(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool framing(std::string_view name) {
  constexpr std::array<std::string_view, 4> kFraming = {"content-length", "connection",
                                                        "transfer-encoding", "date"};
  auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::any_of(
      kFraming, [&](std::string_view one) { return std::ranges::equal(name, one, {}, fold); });
}

// IMF-fixdate of RFC 9110 5.6.7. The header is about the answer's wall clock, so the system's time
// is right here.
const std::string& http_date() {
  thread_local std::time_t shown = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != shown || text.empty()) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char bytes[40];
    std::strftime(bytes, sizeof bytes, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    text = bytes;
    shown = now;
  }
  return text;
}

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string write_head(const Response& response, std::uint64_t length, bool keep_alive) {
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_title(response.status));
  for (const auto& [name, value] : response.headers)
    if (token(name) && clean(value) && !framing(name))
      out.append(name).append(": ").append(value).append("\r\n");
  if (has_body(response.status)) out += fmt::format("Content-Length: {}\r\n", length);
  out.append("Date: ").append(http_date()).append("\r\n");
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

}  // namespace stockbell::http
