// WebDAV of Impex/src (RFC 4918, class 1 without locks and properties of one's own), at the address
// B2C Commerce has it: /on/demandware.servlet/webdav/Sites/Impex/src/… PUT, GET, DELETE, MKCOL,
// MOVE, PROPFIND, OPTIONS; with an admin key, also as the password of Basic. Step 8.
#pragma once
#include "commerce/import_jobs/import_job_runner.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

inline constexpr std::string_view kWebdavRoot = "/on/demandware.servlet/webdav/Sites/Impex/src";

void add_webdav_routes(http::Router& router, ImpexFolder& folder, ImportJobRunner& runner);

}  // namespace stockbell::commerce
