// A response's status line and headers as bytes. Pure; used by Session.
#pragma once
#include <cstdint>
#include <string>

#include "platform/http/http.h"

namespace stockbell::http {

// Drops what would forge headers (names that are no tokens, values with control characters) and the
// framing headers, which are this function's: Content-Length, Connection, Transfer-Encoding, Date.
std::string write_head(const Response& response, std::uint64_t length, bool keep_alive);

// 1xx, 204 and 304 have no body.
bool has_body(int status);

}  // namespace stockbell::http
