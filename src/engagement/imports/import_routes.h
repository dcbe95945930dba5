// GET /api/v1/feed-imports, /{id}, /{id}/errors: what the feeds brought, and which lines were
// refused and why.
#pragma once
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_import_routes(http::Router& router, db::Database& database);

}  // namespace stockbell::engagement
