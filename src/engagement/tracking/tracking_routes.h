// The addresses in messages: GET /o/{token} (pixel), GET /c/{token} (link), GET and POST /u/{token}
// (unsubscribe page and RFC 8058 one-click). Public; the token is the permission. HEAD and
// prefetches count for nothing.
#pragma once
#include <string>

#include "engagement/messages/tracking_links.h"
#include "engagement/tracking/tracking_service.h"
#include "platform/http/http.h"
#include "platform/templates/template.h"

namespace stockbell::engagement {

struct UnsubscribePages {
  templates::Template ask, done;
  std::string site_title;
};

// All must outlive the router.
void add_tracking_routes(http::Router& router, TrackingService& tracking,
                         const TrackingLinks& links, const UnsubscribePages& pages);

}  // namespace stockbell::engagement
