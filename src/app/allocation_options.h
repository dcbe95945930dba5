// Who is invited at a restock, out of the configuration; it has been checked when it was read.
#pragma once
#include "engagement/allocation/allocation_rules.h"
#include "platform/config/config.h"

namespace stockbell::app {

engagement::AllocationPolicy read_allocation(const config::Config& config);

}  // namespace stockbell::app
