// SMTP replies (RFC 5321 4.2) and the bytes of DATA. Pure, used by smtp::Connection.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::smtp {

struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // without code and line end
  bool ok() const { return code >= 200 && code < 300; }
  bool is_temporary() const { return code >= 400 && code < 500; }
  bool is_permanent() const { return code >= 500; }
  std::string text() const;  // "550 5.1.1 no such user", one line
};

// Collects bytes into replies. A line of more than 2048 bytes, more than 100 lines, or lines that
// are no reply are an error
// ("smtp-protocol"): a server cannot make us hold more.
class ReplyReader {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  // A whole reply, or empty when more bytes are needed.
  Result<std::optional<Reply>> next();
  bool is_empty() const { return buffer_.empty() && current_.lines.empty(); }

 private:
  std::string buffer_;
  Reply current_;
};

// Message text as it travels after 354: every line ends in CRLF, a leading dot is doubled, "." CRLF
// ends it.
std::string data_of(std::string_view message);

bool has_8bit(std::string_view text);

// Whether the address may stand in <> of MAIL and RCPT: no control character, no blank, no angle
// bracket outside of quotes.
bool is_safe_path(std::string_view address);

}  // namespace stockbell::smtp
