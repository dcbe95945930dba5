// /api/v1/import-definitions and /api/v1/import-runs: imports of files into data extensions.
#pragma once
#include "engagement/import_definitions/import_definition_service.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// New, Processing, Completed or Error: what SOAP's ImportResultsSummary calls a run's state.
std::string_view import_status_of(std::string_view state);

// The service must outlive the router.
void add_import_definition_routes(http::Router& router, ImportDefinitionService& imports);

}  // namespace stockbell::engagement
