#include "crm/records/record_rules.h"

#include "crm/objects/values.h"

namespace stockbell::crm::records {
namespace {

using objects::Field;
using objects::FieldType;

std::size_t index_of(const objects::Object& object, const Field& field) {
  return static_cast<std::size_t>(&field - object.fields.data());
}

std::string shown(std::string_view name) {
  std::string out(name.substr(0, 80));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return out;
}

Error no_such_column(const objects::Object& object, std::string_view name) {
  return refusal("INVALID_FIELD", fmt::format("No such column '{}' on sobject of type {}",
                                              shown(name), object.name));
}

Result<db::Value> read_value(const objects::Schema& schema, const Field& field,
                             const FieldInput& input) {
  if (input.text && input.value.is_string())
    return objects::value_from_text(field, schema, std::string_view(input.value.get_string()));
  return objects::value_from_json(field, schema, input.value);
}

// True: the input named a relationship, and what it says was read.
bool read_reference(const objects::Schema& schema, const objects::Object& object,
                    const FieldInput& input, ReadFields& out) {
  const auto* reference = object.find_relationship(input.name);
  if (!reference || !input.value.is_object()) return false;
  const auto* target = schema.find(reference->reference_to);
  for (const auto& [name, value] : input.value.get_object()) {
    const std::string_view key(name);
    if (objects::same_name(key, "attributes")) continue;
    const auto* field = target ? target->find_field(key) : nullptr;
    if (!field || !field->external_id) {
      out.errors.push_back(refusal(
          "INVALID_FIELD", fmt::format("Foreign key external ID field '{}' is not there on {}",
                                       shown(key), target ? target->name : "?")));
      return true;
    }
    auto read = objects::value_from_json(*field, schema, value);
    if (!read)
      out.errors.push_back(read.error());
    else
      out.references.push_back({index_of(object, *reference), target, field, std::move(*read)});
  }
  return true;
}

bool same_value(const Field& field, const db::Value& a, const db::Value& b) {
  if (objects::is_null(field, a) || objects::is_null(field, b))
    return objects::is_null(field, a) == objects::is_null(field, b);
  return a.get() == b.get();
}

}  // namespace

Error refusal(std::string code, std::string message, std::string fields) {
  return Error{ErrorCode::invalid, std::move(code), std::move(message), std::move(fields)};
}

Error not_there() { return refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"); }
Error entity_deleted() { return refusal("ENTITY_IS_DELETED", "entity is deleted"); }

Error duplicate_value(const objects::Object& object, std::string_view field, std::int64_t holder) {
  return refusal("DUPLICATE_VALUE",
                 fmt::format("duplicate value found: {} duplicates value on record with id: {}",
                             field, objects::record_id(object, holder)));
}

ReadFields read_fields(const objects::Schema& schema, const RecordInput& input, bool creating) {
  ReadFields out;
  const auto& object = *input.object;
  for (const auto& given : input.fields) {
    if (objects::same_name(given.name, "attributes")) continue;
    if (objects::same_name(given.name, "Id")) {
      out.errors = {creating
                        ? refusal("INVALID_FIELD_FOR_INSERT_UPDATE",
                                  "cannot specify Id in an insert call", "Id")
                        : refusal("INVALID_FIELD",
                                  "The Id field should not be specified in the sobject data.")};
      return out;
    }
    const auto* field = object.find_field(given.name);
    if (!field && read_reference(schema, object, given, out)) continue;
    if (!field) {
      out.errors = {no_such_column(object, given.name)};
      return out;
    }
    auto value = read_value(schema, *field, given);
    if (!value)
      out.errors.push_back(std::move(value).error());
    else
      out.changes.push_back({index_of(object, *field), std::move(*value)});
  }
  return out;
}

std::vector<db::Value> blank_values(const objects::Object& object) {
  std::vector<db::Value> values;
  for (const auto& field : object.fields) {
    switch (field.type) {
      case FieldType::checkbox:
        values.emplace_back(0);
        break;
      case FieldType::id:
      case FieldType::reference:
      case FieldType::integer:
      case FieldType::number:
      case FieldType::date_time:
        values.emplace_back();
        break;
      default:
        values.emplace_back("");
    }
  }
  return values;
}

std::vector<Error> apply_changes(const objects::Object& object, StoredRow& row,
                                 const std::vector<FieldChange>& changes, bool creating) {
  std::string refused;
  for (const auto& change : changes) {
    const auto& field = object.fields[change.field];
    const bool writable = creating ? field.createable : field.updateable;
    const bool again =
        !creating && field.createable && same_value(field, row.values[change.field], change.value);
    if (writable)
      row.values[change.field] = change.value;
    else if (!again)
      refused += (refused.empty() ? "" : ", ") + field.name;
  }
  if (refused.empty()) return {};
  std::string fields = refused;
  std::erase(fields, ' ');
  return {refusal(
      "INVALID_FIELD_FOR_INSERT_UPDATE",
      fmt::format("Unable to create/update fields: {}. Please check the security settings of this "
                  "field and verify that it is read/write for your profile or permission set.",
                  refused),
      fields)};
}

std::vector<Error> find_missing(const objects::Object& object, const StoredRow& row) {
  std::string missing;
  for (std::size_t i = 0; i < object.fields.size(); ++i)
    if (object.fields[i].required && objects::is_null(object.fields[i], row.values[i]))
      missing += (missing.empty() ? "" : ", ") + object.fields[i].name;
  if (missing.empty()) return {};
  std::string fields = missing;
  std::erase(fields, ' ');
  return {refusal("REQUIRED_FIELD_MISSING",
                  fmt::format("Required fields are missing: [{}]", missing), fields)};
}

std::string folded(const objects::Field& field, const db::Value& value) {
  std::string text;
  if (const auto* number = std::get_if<std::int64_t>(&value.get()))
    text = std::to_string(*number);
  else if (const auto* given = std::get_if<std::string>(&value.get()))
    text = *given;
  if (!field.case_sensitive)
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

}  // namespace stockbell::crm::records
