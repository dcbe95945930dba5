// GET /api/v1/restocks: what came back, when, how many requests it served, and
// the waves in which they were invited. GET /api/v1/restocks/held: what is back and does not ring,
// by which rule.
#pragma once
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_restock_routes(http::Router& router, db::Database& database);

}  // namespace stockbell::engagement
