// Text at the edges: UTF-8 checks, e-mail addresses, escaping for HTML, JSON and URLs. Pure
// functions, thread-safe. Used by everything that takes text from outside or writes some.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::text {

bool valid_utf8(std::string_view text);
// Any of U+0000–001F, U+007F–009F, U+2028, U+2029: nothing a one-line field may hold.
bool has_control(std::string_view text);
std::string trim(std::string_view text);  // ASCII white space at both ends
std::string ascii_lower(std::string_view text);

struct EmailAddress {
  std::string address;  // as to send: local part as typed (NFC), domain as A-labels, lower case
  std::string folded;   // the same with the local part in lower case, too: a name to sign in with
  std::string normalized;  // to compare, never to send to: one text for one mailbox
};

// Reads one address: RFC 5321 mailbox (dot-atom or quoted string), RFC 6531 local parts, IDNA2008
// domains, at most 64 and 254 octets. No address literals, no domain without a dot, no control
// characters. The normalised form has the local part in lower case, and at the providers whose
// rules are public (Gmail, Outlook, iCloud, Fastmail, Proton, Yahoo: docs/matching.md) without tags
// and without the characters they ignore; it is itself an address, and its own normalised form.
// Error: invalid, "email-invalid".
Result<EmailAddress> parse_email(std::string_view text);

std::string escape_html(std::string_view text);  // & < > " '
std::string json_quote(
    std::string_view text);  // a JSON string with its quotes; bad UTF-8 becomes U+FFFD
std::string url_encode(
    std::string_view text);  // everything but the unreserved characters of RFC 3986
std::optional<std::string> url_decode(std::string_view text);  // %XX only; a broken escape is empty

}  // namespace stockbell::text
