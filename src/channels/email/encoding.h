// The encodings of mail: quoted-printable and encoded words. Pure, thread-safe; used by the writer
// and the reader beside.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::channels {

bool is_ascii(std::string_view text);

// Quoted-printable of a text body: any line end becomes CRLF, lines are at most 76 bytes (RFC
// 2045 6.7).
std::string quoted_printable(std::string_view text);
std::string read_quoted_printable(std::string_view text);

// Header text (a subject): plain when it is printable ASCII, else encoded words (RFC 2047); folded.
// `column` is where it starts.
std::string header_text(std::string_view text, std::size_t column);
// A display name: an atom phrase, a quoted string or encoded words.
std::string header_phrase(std::string_view text, std::size_t column);
// Encoded words of UTF-8 back to text; anything else stays.
std::string read_header_text(std::string_view text);

}  // namespace stockbell::channels
