#include "engagement/data_extensions/definition_json.h"

#include <boost/json/array.hpp>

#include "engagement/data_extensions/definition_rules.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongestDefinition = 512 * 1024;

std::unexpected<Error> bad(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "data-extension-invalid", std::move(message), std::move(field));
}

Result<std::string> text_member(const boost::json::object& object, std::string_view name) {
  SB_TRY(text, text::find_text(object, name));
  return text.value_or("");
}

Result<int> whole_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return 0;
  if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > 1'000'000'000)
    return bad(fmt::format("{} is a whole number", name), std::string(name));
  return static_cast<int>(value->get_int64());
}

Result<bool> truth_member(const boost::json::object& object, std::string_view name,
                          bool otherwise) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return otherwise;
  if (!value->is_bool()) return bad(fmt::format("{} is true or false", name), std::string(name));
  return value->get_bool();
}

std::optional<ColumnType> find_type(std::string_view name) {
  for (const auto& [type, text] : kEnumText<ColumnType>)
    if (fold_name(text) == fold_name(name)) return type;
  return {};
}

Result<Column> parse_field(const boost::json::value& value) {
  if (!value.is_object()) return bad("a field is an object", "fields");
  const auto& object = value.get_object();
  Column column;
  SB_TRY(name, text_member(object, "name"));
  column.name = name;
  SB_TRY(type_name, text_member(object, "type"));
  const auto type = find_type(type_name.empty() ? "Text" : type_name);
  if (!type)
    return bad("type is Text, Number, Date, Boolean, EmailAddress, Phone, Decimal or Locale",
               "type");
  column.type = *type;
  const char* const length_name =
      object.contains("length") || !object.contains("maxLength") ? "length" : "maxLength";
  SB_TRY(length, whole_member(object, length_name));
  SB_TRY(scale, whole_member(object, "scale"));
  SB_TRY(is_key, truth_member(object, "isPrimaryKey", false));
  SB_TRY(nullable, truth_member(object, "isNullable", true));
  SB_TRY(default_value, text::find_text(object, "defaultValue"));
  column.length = length;
  column.scale = scale;
  column.is_key = is_key;
  column.nullable = nullable;
  if (default_value && !default_value->empty()) column.default_value = *default_value;
  return column;
}

}  // namespace

Result<DataExtension> parse_definition(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body, kLongestDefinition));
  DataExtension extension;
  SB_TRY(name, text_member(object, "name"));
  SB_TRY(key, text_member(object, "key"));
  SB_TRY(description, text_member(object, "description"));
  SB_TRY(category, whole_member(object, "categoryId"));
  extension.name = name;
  extension.key = key;
  extension.description = description;
  extension.category = category;
  const auto* fields = object.if_contains("fields");
  if (!fields || !fields->is_array() || fields->get_array().size() > kMostColumns)
    return bad(fmt::format("fields is an array of 1 to {} fields", kMostColumns), "fields");
  for (const auto& field : fields->get_array()) {
    SB_TRY(column, parse_field(field));
    extension.columns.push_back(std::move(column));
  }
  return extension;
}

std::string id_text(const DataExtension& extension) {
  return extension.kind == ExtensionKind::own ? std::to_string(extension.id) : extension.key;
}

void write_fields(text::JsonWriter& json, const DataExtension& extension) {
  json.begin_array();
  int ordinal = 0;
  for (const auto& column : extension.columns) {
    json.begin_object()
        .member("name", column.name)
        .member("type", to_text(column.type))
        .member("ordinal", ordinal++)
        .member("isPrimaryKey", column.is_key)
        .member("isNullable", column.nullable);
    if (column.length > 0) json.member("length", column.length);
    if (column.type == ColumnType::decimal) json.member("scale", column.scale);
    if (column.default_value) json.member("defaultValue", *column.default_value);
    json.end_object();
  }
  json.end_array();
}

void write_definition(text::JsonWriter& json, const DataExtension& extension, bool with_fields) {
  const bool own = extension.kind == ExtensionKind::own;
  json.begin_object()
      .member("id", id_text(extension))
      .member("key", extension.key)
      .member("name", extension.name)
      .member("description", extension.description)
      .member("kind", to_text(extension.kind))
      .member("categoryId", extension.category)
      .member("isReadOnly", !own)
      .member("fieldCount", extension.columns.size());
  if (own)
    json.member("createdDate", to_rfc3339(extension.created_at))
        .member("modifiedDate", to_rfc3339(extension.modified_at));
  if (with_fields) {
    json.key("fields");
    write_fields(json, extension);
  }
  json.end_object();
}

}  // namespace stockbell::engagement
