// Data extensions in Marketing Cloud's REST API (reference 6.3): definitions, rows, rows written
// behind. Own ones are written and read, synchronised ones read. Needs the role readonly to read,
// admin to write.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "engagement/data_extensions/data_extensions.h"
#include "platform/http/http.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

// `extensions` must outlive the router.
void add_extension_api(http::Router& router, DataExtensions& extensions);

// The handlers of the two paths that rest_routes has for the keys of its own.
Result<http::Response> upsert_own_rows(DataExtensions& extensions, const std::string& key,
                                       const http::Request& request);
Result<http::Response> list_own_rows(DataExtensions& extensions, const http::Request& request);

// $page and $pageSize (at most `most`). Errors: invalid, "page-invalid".
struct PageOfCall {
  std::int64_t page = 1;
  int size = 50;
};
Result<PageOfCall> read_page(const http::Request& request, int most = 2500);

// {count, page, pageSize, items} of all that there are; `write` writes one of them.
template <class Row, class Write>
Result<http::Response> answer_page(const http::Request& request, const std::vector<Row>& all,
                                   Write write) {
  SB_TRY(page, read_page(request));
  text::JsonWriter json;
  json.begin_object()
      .member("count", all.size())
      .member("page", page.page)
      .member("pageSize", page.size);
  json.key("items").begin_array();
  const auto size = static_cast<std::size_t>(page.size);
  const auto from = std::min(all.size(), (static_cast<std::size_t>(page.page) - 1) * size);
  for (const auto& row : std::span(all).subspan(from, std::min(size, all.size() - from)))
    SB_CHECK(write(json, row));
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace stockbell::engagement
