// GET and POST /confirm/{token}, /keep/{token}, /manage/{token}. Public; the token is the
// permission. A GET changes nothing, whoever fetches it: scanners of links, prefetches, previews.
#pragma once
#include "engagement/messages/preference_links.h"
#include "engagement/preferences/preference_pages.h"
#include "engagement/preferences/preference_service.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

struct PreferenceRoutes {
  PreferenceService& service;
  const PreferenceLinks& links;
  const PreferencePages& pages;
  const Clock& clock;
};

// What `parts` refers to must outlive the router.
void add_preference_routes(http::Router& router, const PreferenceRoutes& parts);

}  // namespace stockbell::engagement
