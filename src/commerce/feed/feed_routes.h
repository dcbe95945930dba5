// POST /api/v1/feeds/catalog/run, GET /api/v1/feeds/catalog/runs and /targets. Step 9.
#pragma once
#include "commerce/feed/feed_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

void add_feed_routes(http::Router& router, FeedService& feed);

}  // namespace stockbell::commerce
