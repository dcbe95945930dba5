// /api/v1/journeys: list, save, validate, publish, pause, resume, stop, versions and counts.
// Reading needs the role readonly, the rest admin.
#pragma once
#include "engagement/journey_definitions/journey_library.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_journey_routes(http::Router& router, db::Database& database, JourneyLibrary& library);

}  // namespace stockbell::engagement
