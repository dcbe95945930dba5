// The configuration of the front door (docs/front-door.md) as commerce takes it, with its key from
// data_dir/keys/front-door. Used at start.
#pragma once
#include "base/random.h"
#include "base/result.h"
#include "commerce/protection/front_door.h"
#include "platform/config/config.h"

namespace stockbell::app {

// Errors: of the key file, of the list of disposable domains, invalid "config-value-invalid".
Result<commerce::FrontDoorOptions> read_front_door(const config::Config& config, Random& random);

}  // namespace stockbell::app
