// Who is invited at a restock, out of the configuration. Invalid names the class that is wrong.
#pragma once
#include "engagement/allocation/allocation_rules.h"
#include "platform/config/config.h"

namespace stockbell::app {

Result<engagement::AllocationPolicy> read_allocation(const config::Config& config);

}  // namespace stockbell::app
