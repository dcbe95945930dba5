// The CRM's objects as Salesforce clients see them (reference 3.2, 8 R2): their fields, types and
// relationships, and where each lies in the store. Built once at start from the shipped objects and
// the configured custom fields; read-only and thread-safe afterwards. Names are looked up without
// regard to case.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_text.h"
#include "base/result.h"

namespace stockbell::crm::objects {

// How a value is stored: text types as TEXT ('' is null), checkbox as 0/1, integer, date_time (ms)
// and id/reference as BIGINT, number as REAL, date as TEXT "2026-01-31".
enum class FieldType {
  id,
  text,
  text_area,
  email,
  phone,
  url,
  picklist,
  checkbox,
  integer,
  number,
  date,
  date_time,
  reference
};

struct Field {
  std::string name;  // "Product_SKU__c"
  std::string label;
  FieldType type = FieldType::text;
  std::string column;     // an SQL expression over the table's alias {t}: "{t}.sku"; empty: kept in
                          // {t}.custom, a JSON object, under `name`
  int length = 0;         // characters; text types
  bool required = false;  // must have a value at creation; never null
  bool unique = false;    // no two living rows share a value (without regard to case)
  bool external_id = false;     // may name a row in /sobjects/X/Field/value; unique as well
  bool case_sensitive = false;  // text: compared exactly (SKUs, request keys)
  bool createable = true, updateable = true;
  bool custom = false;                // its name ends in __c
  std::vector<std::string> values{};  // picklist: the only values allowed, in order
  std::string reference_to{};         // reference: "Contact"
  std::string relationship{};         // reference: "Contact__r"
};

// The child side of a reference: SELECT (SELECT Id FROM Back_In_Stocks__r) FROM Contact.
struct ChildRelationship {
  std::string name;           // "Back_In_Stocks__r"
  std::string object, field;  // "Back_In_Stock__c", "Contact__c"
};

// Every table has: id BIGINT PRIMARY KEY, system_modstamp BIGINT, is_deleted BIGINT (0/1),
// deleted_at BIGINT, custom TEXT.
struct Object {
  std::string name, label, label_plural;  // "Back_In_Stock__c"
  std::string key_prefix;                 // "a0B"
  std::string table;                      // "back_in_stock"
  bool writable = true;                   // false: User, Organization
  bool custom = false;
  std::vector<Field> fields;
  std::vector<ChildRelationship> children{};

  const Field* find_field(std::string_view name) const;
  const Field* find_relationship(
      std::string_view name) const;  // the reference field of "Contact__r"
  const ChildRelationship* find_child(std::string_view name) const;
};

// A custom field of the configuration: [[crm.custom_fields]].
struct CustomField {
  std::string object, name, label,
      type;  // type: a word of kEnumText<FieldType>, without id and reference
  int length = 255;
  bool required = false, unique = false, external_id = false;
  std::vector<std::string> values{};
};

class Schema {
 public:
  // Invalid ("custom-field-invalid") names the field and what would be right.
  static Result<Schema> create(std::span<const CustomField> custom_fields);

  const Object* find(std::string_view name) const;
  const Object* find_by_prefix(std::string_view id) const;  // of a 15- or 18-character id
  Result<const Object*> get(
      std::string_view name) const;  // not_found: "NOT_FOUND" with Salesforce's message
  std::span<const Object> objects() const { return objects_; }

 private:
  std::vector<Object> objects_;
};

// SQL that reads the field from table alias `t`, in the store's dialect and storage form.
std::string sql_of(const Field& field, std::string_view alias, bool postgresql);

bool same_name(std::string_view a, std::string_view b);  // ASCII, without regard to case

}  // namespace stockbell::crm::objects

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::objects::FieldType> =
    std::to_array<stockbell::EnumText<stockbell::crm::objects::FieldType>>({
        {stockbell::crm::objects::FieldType::id, "id"},
        {stockbell::crm::objects::FieldType::text, "string"},
        {stockbell::crm::objects::FieldType::text_area, "textarea"},
        {stockbell::crm::objects::FieldType::email, "email"},
        {stockbell::crm::objects::FieldType::phone, "phone"},
        {stockbell::crm::objects::FieldType::url, "url"},
        {stockbell::crm::objects::FieldType::picklist, "picklist"},
        {stockbell::crm::objects::FieldType::checkbox, "boolean"},
        {stockbell::crm::objects::FieldType::integer, "int"},
        {stockbell::crm::objects::FieldType::number, "double"},
        {stockbell::crm::objects::FieldType::date, "date"},
        {stockbell::crm::objects::FieldType::date_time, "datetime"},
        {stockbell::crm::objects::FieldType::reference, "reference"},
    });
