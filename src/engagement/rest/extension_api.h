// Data extensions in Marketing Cloud's REST API (reference 6.3): definitions, rows, rows written
// behind. Own ones are written and read, synchronised ones read. Needs the role readonly to read,
// admin to write.
#pragma once
#include "engagement/data_extensions/data_extensions.h"
#include "platform/http/http.h"

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

}  // namespace stockbell::engagement
