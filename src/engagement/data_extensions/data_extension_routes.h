// /api/v1/data-extensions: definitions, and a look at the rows.
#pragma once
#include "engagement/data_extensions/data_extensions.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// The extensions must outlive the router.
void add_data_extension_routes(http::Router& router, DataExtensions& extensions);

}  // namespace stockbell::engagement
