#include "platform/http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
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

bool framing(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return name == "content-length" || name == "connection" || name == "transfer-encoding" ||
         name == "date";
}

// IMF-fixdate of RFC 9110 5.6.7. The header is about the answer's wall clock, so the system's time
// is right here.
std::string http_date() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
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
  out += "Date: " + http_date() + "\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

}  // namespace stockbell::http
