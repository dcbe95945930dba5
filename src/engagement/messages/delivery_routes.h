// GET /api/v1/deliveries: every message and what became of it, newest first.
#pragma once
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_delivery_routes(http::Router& router, db::Database& database);

}  // namespace stockbell::engagement
