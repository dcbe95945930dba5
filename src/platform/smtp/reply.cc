#include "platform/smtp/reply.h"

#include <algorithm>

namespace stockbell::smtp {
namespace {

constexpr std::size_t kMaxLine = 2048;
constexpr std::size_t kMaxLines = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string Reply::text() const {
  std::string out = std::to_string(code);
  for (const auto& line : lines) out += " " + line;
  return out;
}

Result<std::optional<Reply>> ReplyReader::next() {
  auto broken = [](const char* what) {
    return fail(ErrorCode::unavailable, "smtp-protocol", std::string("mail server sent ") + what);
  };
  while (true) {
    auto end = buffer_.find('\n');
    if ((end == buffer_.npos ? buffer_.size() : end) > kMaxLine) return broken("an endless line");
    if (end == buffer_.npos) return std::optional<Reply>();
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    bool reply = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                 is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
    if (!reply) return broken("something that is no reply");
    int code = std::stoi(line.substr(0, 3));
    if (!current_.lines.empty() && code != current_.code) return broken("a reply of two codes");
    bool last = line.size() == 3 || line[3] == ' ';
    current_.code = code;
    current_.lines.push_back(line.size() > 4 ? line.substr(4) : "");
    if (last) return std::optional<Reply>(std::exchange(current_, Reply()));
    if (current_.lines.size() >= kMaxLines) return broken("an endless reply");
  }
}

std::string data_of(std::string_view message) {
  std::string out;
  out.reserve(message.size() + message.size() / 32 + 8);
  bool at_start = true;
  for (std::size_t i = 0; i < message.size(); ++i) {
    char c = message[i];
    if (c == '\r' || c == '\n') {  // a lone CR or LF is a line end as well: no smuggled end of data
      if (c == '\r' && i + 1 < message.size() && message[i + 1] == '\n') ++i;
      out += "\r\n";
      at_start = true;
      continue;
    }
    if (at_start && c == '.') out += '.';
    out += c;
    at_start = false;
  }
  if (!at_start) out += "\r\n";
  return out += ".\r\n";
}

bool has_8bit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_safe_path(std::string_view address) {
  if (address.size() > 254) return false;
  bool quoted = false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    auto c = static_cast<unsigned char>(address[i]);
    if (c < 0x20 || c == 0x7f) return false;
    if (quoted && c == '\\') {
      if (++i == address.size() || static_cast<unsigned char>(address[i]) < 0x20) return false;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '<' || c == '>')) {
      return false;
    }
  }
  return !quoted;
}

}  // namespace stockbell::smtp
