// A look at the rows of the synchronised extensions, as records: part of the route of the rows of
// data extensions (data_extensions/data_extension_routes).
#pragma once
#include <optional>

#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// A page of the extension {name}; empty when it is none of these.
Result<std::optional<http::Response>> list_synchronised_rows(db::Database& database,
                                                             const http::Request& request);

}  // namespace stockbell::engagement
