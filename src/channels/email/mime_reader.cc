#include "channels/email/mime_reader.h"

#include "channels/email/encoding.h"

namespace stockbell::channels {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Takes the header block off `raw`, including the empty line.
Headers take_headers(std::string_view& raw) {
  Headers headers;
  while (!raw.empty()) {
    auto end = raw.find("\r\n");
    auto line = raw.substr(0, end);
    raw.remove_prefix(end == raw.npos ? raw.size() : end + 2);
    if (line.empty()) break;
    auto colon = line.find(": ");
    if (line.front() == ' ' && !headers.empty()) {
      headers.back().second += line;
    } else if (colon != line.npos) {
      headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    } else if (line.ends_with(':')) {
      headers.emplace_back(line.substr(0, line.size() - 1), "");
    }
  }
  return headers;
}

std::string value_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

void take_part(ReadMessage& message, std::string_view raw) {
  auto headers = take_headers(raw);
  bool html = value_of(headers, "Content-Type").starts_with("text/html");
  auto content = read_quoted_printable(raw);
  std::erase(content, '\r');  // line ends of the wire
  (html ? message.html : message.text) = std::move(content);
}

}  // namespace

ReadMessage read_mime(std::string_view raw) {
  ReadMessage message;
  auto whole = raw;
  message.headers = take_headers(raw);
  auto type = value_of(message.headers, "Content-Type");
  auto from = type.find("boundary=\"");
  if (from == type.npos) {
    take_part(message, whole);
  } else {
    auto mark = "--" + type.substr(from + 10, type.find('"', from + 10) - from - 10);
    for (auto at = raw.find(mark); at != raw.npos;) {
      auto begin = at + mark.size();
      if (raw.substr(begin, 2) == "--") break;
      at = raw.find("\r\n" + mark, begin);
      if (at == raw.npos) break;
      take_part(message, raw.substr(begin + 2, at - begin - 2));
      at += 2;
    }
  }
  for (auto& header : message.headers) header.second = read_header_text(header.second);
  return message;
}

}  // namespace stockbell::channels
