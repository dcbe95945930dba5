// Definitions of data extensions in JSON: Marketing Cloud's custom objects
// (/data/v1/customObjects), and the same in the native API. Pure.
#pragma once
#include "engagement/data_extensions/types.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

// Members that have no effect here are passed over. Errors: invalid, "data-extension-invalid".
Result<DataExtension> parse_definition(std::string_view body);
void write_definition(text::JsonWriter& json, const DataExtension& extension, bool with_fields);
void write_fields(text::JsonWriter& json, const DataExtension& extension);
// The id as the API has it: digits; of built-in ones the key.
std::string id_text(const DataExtension& extension);

}  // namespace stockbell::engagement
