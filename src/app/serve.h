// `stockbell serve`: runs the application until SIGINT or SIGTERM.
#pragma once
#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

Result<> serve(const config::Config& config, bool demo);

}  // namespace stockbell::app
