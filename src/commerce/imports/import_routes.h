// The HTTP face of imports: POST /api/v1/imports/{catalog,inventory}, GET /api/v1/imports, GET
// /api/v1/imports/{id}.
#pragma once
#include "commerce/imports/import_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

void add_import_routes(http::Router& router, ImportService& imports);
std::string import_json(const ImportReport& report);

}  // namespace stockbell::commerce
