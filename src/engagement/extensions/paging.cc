#include "engagement/extensions/paging.h"

#include <charconv>

namespace stockbell::engagement {

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty() || number < 0) return {};
  return number;
}

Result<Page> parse_page(const http::Request& request) {
  Page page;
  if (const auto limit = request.query_value("limit")) {
    const auto number = parse_number(*limit);
    if (!number || *number < 1 || *number > 500)
      return fail(ErrorCode::invalid, "limit-invalid", "limit is a number from 1 to 500", "limit");
    page.limit = static_cast<int>(*number);
  }
  if (const auto cursor = request.query_value("cursor"); cursor && !cursor->empty()) {
    const auto number = parse_number(*cursor);
    if (!number)
      return fail(ErrorCode::invalid, "cursor-invalid",
                  "cursor is the next_cursor of the page before", "cursor");
    page.before = *number;
  }
  return page;
}

void write_next_cursor(text::JsonWriter& json, const Page& page, std::size_t shown,
                       std::int64_t last_id) {
  json.key("next_cursor");
  if (shown < static_cast<std::size_t>(page.limit))
    json.value(nullptr);
  else
    json.value(std::to_string(last_id));
}

}  // namespace stockbell::engagement
