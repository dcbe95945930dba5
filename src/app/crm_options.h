// The CRM box's options out of the configuration: the rules file, the site groups, the custom
// fields. Used by Application at start; `check` reads the same.
#pragma once
#include "crm/crm_box.h"
#include "platform/config/config.h"

namespace stockbell::app {

// Invalid: the error names the file and the place in it.
Result<crm::contacts::ContactOptions> read_contact_options(const config::Config& config);
// The shipped objects with the fields of crm.custom_fields; invalid names the field.
Result<crm::objects::Schema> read_schema(const config::Config& config);
// The field that tells a request's class: of this CRM one of the custom fields, of another any.
ClassField read_class_field(const config::Config& config);
Result<> check_class_field(const ClassField& field, const crm::objects::Schema& schema);

}  // namespace stockbell::app
