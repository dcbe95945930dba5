// `stockbell check`: a line for each thing that must be right before Stockbell can do its work.
#pragma once
#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

// Prints to standard output; an error when a line is not "ok".
Result<> check(const config::Config& config);

}  // namespace stockbell::app
