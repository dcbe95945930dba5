// Which items that are back ring, and when, out of the configuration. Errors: invalid,
// "config-value-invalid", with the place in the list of tables.
#pragma once
#include "engagement/restocks/restock_rules.h"
#include "platform/config/config.h"

namespace stockbell::app {

Result<engagement::RestockRules> read_restock_rules(const config::Config& config);

}  // namespace stockbell::app
