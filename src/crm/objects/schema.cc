#include "crm/objects/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "crm/objects/shipped_objects.h"

namespace stockbell::crm::objects {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

template <class Items>
auto find_named(const Items& items, std::string_view name) {
  const auto found =
      std::ranges::find_if(items, [&](const auto& item) { return same_name(item.name, name); });
  return found == items.end() ? nullptr : &*found;
}

bool is_custom_name(std::string_view name) {
  if (name.size() > 43 || !name.ends_with("__c") || name.size() < 4) return false;
  const auto stem = name.substr(0, name.size() - 3);
  const auto letter = [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; };
  return letter(stem.front()) && stem.find("__") == stem.npos && !stem.ends_with('_') &&
         std::ranges::all_of(
             stem, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::unexpected<Error> refuse(const CustomField& custom, std::string_view right) {
  return fail(ErrorCode::invalid, "custom-field-invalid",
              fmt::format("crm.custom_fields: {}.{}: {}", custom.object, custom.name, right));
}

bool takes_length(FieldType type) {
  using enum FieldType;
  return type == text || type == text_area || type == url || type == phone || type == email;
}

Result<Field> field_of(const CustomField& custom) {
  if (!is_custom_name(custom.name))
    return refuse(custom,
                  "a name is letters, digits and single underscores, at most 40, and ends in __c");
  const auto type = parse_enum<FieldType>(custom.type);
  if (!type || *type == FieldType::id || *type == FieldType::reference)
    return refuse(custom,
                  "type is string, textarea, email, phone, url, picklist, boolean, int, double, "
                  "date or datetime");
  if ((*type == FieldType::picklist) != !custom.values.empty())
    return refuse(custom, "a picklist has values, and only a picklist");
  if (takes_length(*type) && (custom.length < 1 || custom.length > 32'000))
    return refuse(custom, "length is from 1 to 32000");
  if ((custom.external_id || custom.unique) && *type != FieldType::text &&
      *type != FieldType::email && *type != FieldType::integer)
    return refuse(custom, "only a string, email or int can be unique or an external id");
  Field field;
  field.name = custom.name;
  field.label = custom.label.empty() ? custom.name.substr(0, custom.name.size() - 3) : custom.label;
  field.type = *type;
  field.length = takes_length(*type) ? custom.length : *type == FieldType::picklist ? 255 : 0;
  field.required = custom.required;
  field.unique = custom.unique || custom.external_id;
  field.external_id = custom.external_id;
  field.custom = true;
  field.values = custom.values;
  return field;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

const Field* Object::find_field(std::string_view wanted) const {
  return find_named(fields, wanted);
}

const Field* Object::find_relationship(std::string_view wanted) const {
  for (const auto& field : fields)
    if (!field.relationship.empty() && same_name(field.relationship, wanted)) return &field;
  return nullptr;
}

const ChildRelationship* Object::find_child(std::string_view wanted) const {
  return find_named(children, wanted);
}

Result<Schema> Schema::create(std::span<const CustomField> custom_fields) {
  Schema schema;
  schema.objects_ = shipped_objects();
  for (const auto& custom : custom_fields) {
    auto object = std::ranges::find_if(
        schema.objects_, [&](const auto& known) { return same_name(known.name, custom.object); });
    if (object == schema.objects_.end() || !object->writable)
      return refuse(custom, "object is Account, Contact or Back_In_Stock__c");
    if (object->find_field(custom.name)) return refuse(custom, "this field is there already");
    if (object->fields.size() >= 400) return refuse(custom, "an object has at most 400 fields");
    SB_TRY(field, field_of(custom));
    object->fields.push_back(std::move(field));
  }
  return schema;
}

const Object* Schema::find(std::string_view name) const { return find_named(objects_, name); }

const Object* Schema::find_by_prefix(std::string_view id) const {
  if (id.size() != 15 && id.size() != 18) return nullptr;
  for (const auto& object : objects_)
    if (id.starts_with(object.key_prefix)) return &object;
  return nullptr;
}

Result<const Object*> Schema::get(std::string_view name) const {
  if (const auto* object = find(name)) return object;
  return fail(ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist");
}

std::string sql_of(const Field& field, std::string_view alias, bool postgresql) {
  if (!field.column.empty()) {
    std::string sql = field.column;
    for (std::size_t at = 0; (at = sql.find("{t}", at)) != sql.npos; at += alias.size())
      sql.replace(at, 3, alias);
    return sql;
  }
  // Custom names hold letters, digits and underscores alone, so they can stand in a JSON path.
  if (!postgresql) {
    const auto member = fmt::format("json_extract({}.custom, '$.{}')", alias, field.name);
    const bool numeric = field.type == FieldType::checkbox || field.type == FieldType::integer ||
                         field.type == FieldType::number || field.type == FieldType::date_time;
    return numeric ? member : fmt::format("COALESCE({}, '')", member);
  }
  const auto member = fmt::format("(CAST({}.custom AS JSONB) ->> '{}')", alias, field.name);
  switch (field.type) {
    case FieldType::checkbox:
    case FieldType::integer:
    case FieldType::date_time:
      return fmt::format("CAST({} AS BIGINT)", member);
    case FieldType::number:
      return fmt::format("CAST({} AS DOUBLE PRECISION)", member);
    default:
      return fmt::format("COALESCE({}, '')", member);
  }
}

}  // namespace stockbell::crm::objects
