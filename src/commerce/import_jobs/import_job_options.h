// Import jobs out of [[commerce.import_jobs]] (docs/imports.md). Used by the application at start.
#pragma once
#include <string_view>
#include <vector>

#include "commerce/import_jobs/types.h"

namespace stockbell::commerce {

// The JSON array that the configuration holds; "" gives the two jobs that are there from the
// beginning: inventory/*.xml and catalog/*.xml, imported on arrival and archived. Schedules are in
// `time_zone`. Errors: invalid "config-value-invalid", naming job and key.
Result<std::vector<ImportJob>> parse_import_jobs(std::string_view json, std::string_view time_zone);

}  // namespace stockbell::commerce
