// Duplicate sets and merges under /api/v1. Reading needs the role readonly, deciding admin.
// Handlers run on the server's worker threads; `service` outlives the router.
#pragma once
#include <functional>

#include "crm/contacts/duplicate_service.h"
#include "platform/http/http.h"

namespace stockbell::crm::contacts {

// `changed` is called after every merge and undo: the change log has new rows.
void add_duplicate_routes(http::Router& router, DuplicateService& service,
                          std::function<void()> changed);

}  // namespace stockbell::crm::contacts
