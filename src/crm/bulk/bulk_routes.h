// The Bulk API 2.0 over HTTP: /services/data/vNN.N/jobs/ingest and /jobs/query
// (reference 3.7, 3.9). Administrators load; who may read may run queries. Refusals are rendered as
// all below /services/data.
#pragma once
#include "crm/bulk/bulk_service.h"

namespace stockbell::crm::bulk {

// Wraps a route's handler (its name first): RestApi::metered.
using Meter = std::function<http::Handler(std::string, http::Handler)>;

void add_routes(http::Router& router, BulkService& bulk, const Meter& metered);

}  // namespace stockbell::crm::bulk
