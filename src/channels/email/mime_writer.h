// An OutgoingMessage as the bytes of a mail (RFC 5322, 2045-2047, 2369, 2919, 3834, 8058). Pure,
// thread-safe; step 12.
#pragma once
#include <string>

#include "contracts/message_channel.h"

namespace stockbell::channels {

// CRLF lines of at most 998 bytes; 7-bit unless an address is internationalised (RFC 6532). The
// same message gives the same bytes at every attempt. Control characters in subject and names
// become blanks; in any other header value they are an error: invalid, "mime-header-unsafe", with
// the field.
Result<std::string> write_mime(const OutgoingMessage& message);

struct Mailbox {
  std::string name;  // may be empty
  std::string address;
};

// Reads `Shop <shop@example.com>`, `"Shop, Inc." <shop@example.com>` or a bare address. Error:
// invalid, "mailbox-invalid".
Result<Mailbox> parse_mailbox(std::string_view text);

}  // namespace stockbell::channels
