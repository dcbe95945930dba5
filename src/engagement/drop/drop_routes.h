// The SFTP accounts over HTTP, for administrators: GET and POST /api/v1/sftp-accounts, DELETE
// /{name}, PUT /{name}/public-keys, POST /{name}/password.
#pragma once
#include "engagement/drop/drop_account.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_drop_routes(http::Router& router, DropAccount& drop);  // which outlives the router

}  // namespace stockbell::engagement
