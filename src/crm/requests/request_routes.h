// The CRM's part of /api/v1: requests, their timelines, cancel, demand, funnel. Reading needs the
// role readonly, cancelling admin. Handlers run on the server's worker threads; `reader` and
// `service` outlive the router.
#pragma once
#include "crm/requests/request_reader.h"
#include "crm/requests/request_service.h"
#include "platform/http/http.h"

namespace stockbell::crm::requests {

void add_routes(http::Router& router, const RequestReader& reader, RequestService& service,
                const Clock& clock);

}  // namespace stockbell::crm::requests
