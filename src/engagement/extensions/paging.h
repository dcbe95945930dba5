// ?limit= and ?cursor= of Engagement's lists: newest first by id, the cursor is the last id shown.
// Pure.
#pragma once
#include <cstdint>
#include <limits>

#include "platform/http/http.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

struct Page {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  int limit = 50;
};

// limit 1-500 (default 50). Errors: invalid, "limit-invalid" or "cursor-invalid".
Result<Page> parse_page(const http::Request& request);
// A decimal id of a path or a cursor; empty when it is none.
std::optional<std::int64_t> parse_number(std::string_view text);
// "next_cursor": the id to go on from, or null after the last page.
void write_next_cursor(text::JsonWriter& json, const Page& page, std::size_t shown,
                       std::int64_t last_id);

}  // namespace stockbell::engagement
