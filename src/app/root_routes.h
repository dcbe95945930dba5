// What belongs to no box: health and metrics at the root, the console's files, and the administration the command line uses
// (API keys, users, backup, SFTP accounts).
#pragma once
#include <functional>

#include "access/access_box.h"
#include "app/stores.h"
#include "platform/http/http.h"

namespace stockbell::app {

// GET /healthz, /readyz.
void add_health_routes(http::Router& router, Stores& stores);
// GET /console/…: the embedded single-page console.
void add_console_routes(http::Router& router);
// POST /api/v1/keys, /api/v1/users, /api/v1/backup.
void add_admin_routes(http::Router& router, access::AccessBox& access, Stores& stores, const Clock& clock);

}  // namespace stockbell::app
