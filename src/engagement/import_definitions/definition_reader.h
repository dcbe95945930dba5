// Import definitions as JSON, and back. Pure.
#pragma once
#include "engagement/import_definitions/types.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

// Over nothing: a definition is written whole. Errors: invalid, "import-definition-invalid" or
// "file-name-invalid", with the member as its field.
Result<ImportDefinition> read_import_definition(std::string_view body);
// The members that read_import_definition() reads, into an object that is open.
void write_import_definition(text::JsonWriter& json, const ImportDefinition& definition);

}  // namespace stockbell::engagement
