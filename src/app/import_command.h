// `stockbell import catalog|inventory FILE`: sends the file to the server, follows the import, says what came of it.
#pragma once
#include <string>

#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

// An error when the file as a whole was refused; refused rows are printed with their lines.
Result<> import_file(const config::Config& config, const std::string& kind, const std::string& mode,
                     const std::string& file);

}  // namespace stockbell::app
