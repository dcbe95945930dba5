// The CRM box's options out of the configuration: the rules file and the site groups. Used by
// Application at start; `check` reads the same.
#pragma once
#include "crm/crm_box.h"
#include "platform/config/config.h"

namespace stockbell::app {

// Invalid: the error names the file and the place in it.
Result<crm::contacts::ContactOptions> read_contact_options(const config::Config& config);

}  // namespace stockbell::app
