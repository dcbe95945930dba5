// GET /api/v1/feed-imports, /{id}, /{id}/errors, /{id}/preview: what the feeds brought, which lines
// were refused and why, whom a held one would message. POST /{id}/release, /{id}/discard.
#pragma once
#include <functional>

#include "base/id.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

struct HeldImports {  // what somebody may decide on an import that the guard holds
  std::function<Result<>(ImportId)> release, discard;
};

void add_import_routes(http::Router& router, db::Database& database, HeldImports held);

}  // namespace stockbell::engagement
