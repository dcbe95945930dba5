// Query activities in Marketing Cloud's REST API (reference 6.4), /automation/v1/queries. readonly
// reads, admin writes and starts.
#pragma once
#include "engagement/queries/query_service.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// `queries` must outlive the router.
void add_query_api(http::Router& router, QueryService& queries);

}  // namespace stockbell::engagement
