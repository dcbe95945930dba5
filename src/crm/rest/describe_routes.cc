// What the objects are (reference 3.2): /sobjects, /sobjects/X, /sobjects/X/describe.
#include "crm/objects/values.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;
using objects::Field;
using objects::FieldType;

constexpr int kRecentItems = 10;

void write_urls(text::JsonWriter& json, const Call& call, const objects::Object& object) {
  const auto url = call.base() + "/sobjects/" + object.name;
  json.key("urls")
      .begin_object()
      .member("sobject", url)
      .member("describe", url + "/describe")
      .member("rowTemplate", url + "/{ID}")
      .end_object();
}

// The members that the list of objects and an object's own description share.
void write_object(text::JsonWriter& json, const objects::Object& object) {
  const bool writable = object.writable;
  json.member("activateable", false)
      .member("createable", writable)
      .member("custom", object.custom)
      .member("customSetting", false)
      .member("deepCloneable", false)
      .member("deletable", writable)
      .member("deprecatedAndHidden", false)
      .member("feedEnabled", false)
      .member("hasSubtypes", false)
      .member("isInterface", false)
      .member("isSubtype", false)
      .member("keyPrefix", object.key_prefix)
      .member("label", object.label)
      .member("labelPlural", object.label_plural)
      .member("layoutable", writable)
      .member("mergeable", false)
      .member("mruEnabled", writable)
      .member("name", object.name)
      .member("queryable", true)
      .member("replicateable", true)
      .member("retrieveable", true)
      .member("searchable", false)
      .member("triggerable", false)
      .member("undeletable", false)
      .member("updateable", writable);
}

std::string_view soap_type(FieldType type) {
  switch (type) {
    case FieldType::id:
    case FieldType::reference:
      return "tns:ID";
    case FieldType::checkbox:
      return "xsd:boolean";
    case FieldType::integer:
      return "xsd:int";
    case FieldType::number:
      return "xsd:double";
    case FieldType::date:
      return "xsd:date";
    case FieldType::date_time:
      return "xsd:dateTime";
    default:
      return "xsd:string";
  }
}

int length_of(const Field& field) {
  if (field.type == FieldType::id || field.type == FieldType::reference) return 18;
  return field.length;
}

void write_picklist(text::JsonWriter& json, const Field& field) {
  json.key("picklistValues").begin_array();
  for (const auto& value : field.values)
    json.begin_object()
        .member("active", true)
        .member("defaultValue", false)
        .member("label", value)
        .member("validFor", nullptr)
        .member("value", value)
        .end_object();
  json.end_array();
}

void write_field(text::JsonWriter& json, const Field& field, bool writable) {
  const bool number = field.type == FieldType::number, integer = field.type == FieldType::integer;
  const bool nillable = !field.required && field.type != FieldType::id &&
                        field.type != FieldType::checkbox && (field.createable || !writable);
  json.begin_object()
      .member("aggregatable", field.type != FieldType::text_area)
      .member("autoNumber", false)
      .member("byteLength", length_of(field) * 3)
      .member("calculated", false)
      .member("caseSensitive", field.case_sensitive)
      .member("createable", writable && field.createable)
      .member("custom", field.custom)
      .member("defaultValue", nullptr)
      .member("defaultedOnCreate", !field.createable || field.type == FieldType::checkbox)
      .member("deprecatedAndHidden", false)
      .member("digits", integer ? 15 : 0)
      .member("externalId", field.external_id)
      .member("filterable", true)
      .member("groupable", field.type != FieldType::text_area)
      .member("idLookup", field.external_id || field.type == FieldType::id)
      .member("inlineHelpText", nullptr)
      .member("label", field.label)
      .member("length", length_of(field))
      .member("name", field.name)
      .member("nameField", field.name == "Name")
      .member("nillable", nillable)
      .member("permissionable", field.custom && !field.required)
      .member("precision", number ? 18 : 0);
  write_picklist(json, field);
  json.key("referenceTo").begin_array();
  if (!field.reference_to.empty()) json.value(field.reference_to);
  json.end_array().key("relationshipName");
  if (field.relationship.empty())
    json.value(nullptr);
  else
    json.value(field.relationship);
  json.member("restrictedPicklist", field.type == FieldType::picklist)
      .member("scale", number ? 6 : 0)
      .member("soapType", soap_type(field.type))
      .member("sortable", true)
      .member("type", to_text(field.type))
      .member("unique", field.unique)
      .member("updateable", writable && field.updateable)
      .end_object();
}

Result<Response> describe(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  text::JsonWriter json;
  json.begin_object();
  write_object(json, *object);
  json.key("childRelationships").begin_array();
  for (const auto& child : object->children)
    json.begin_object()
        .member("cascadeDelete", object->name == "Contact")
        .member("childSObject", child.object)
        .member("deprecatedAndHidden", false)
        .member("field", child.field)
        .member("relationshipName", child.name)
        .member("restrictedDelete", object->name == "Account")
        .end_object();
  json.end_array().key("fields").begin_array();
  for (const auto& field : object->fields) write_field(json, field, object->writable);
  json.end_array().key("recordTypeInfos").begin_array().end_array();
  json.key("supportedScopes").begin_array().end_array();
  write_urls(json, call, *object);
  return json_answer(200, json.end_object().str());
}

Result<Response> list_objects(const Call& call, RestParts& parts) {
  text::JsonWriter json;
  json.begin_object()
      .member("encoding", "UTF-8")
      .member("maxBatchSize", 200)
      .key("sobjects")
      .begin_array();
  for (const auto& object : parts.schema().objects()) {
    json.begin_object();
    write_object(json, object);
    write_urls(json, call, object);
    json.end_object();
  }
  return json_answer(200, json.end_array().end_object().str());
}

// Basic information and what the caller changed last.
Result<Response> show_object(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  std::vector<std::string> rows;
  if (!call.transaction) {
    SB_TRY(ids, parts.records.recent(*object, call.request.principal.name, kRecentItems));
    const std::vector<std::string> fields{"Id", "Name"};
    SB_TRY(read, parts.queries.retrieve(*object, ids, fields, call.query_options()));
    rows = std::move(read);
  }
  text::JsonWriter json;
  json.begin_object().key("objectDescribe").begin_object();
  write_object(json, *object);
  write_urls(json, call, *object);
  json.end_object().key("recentItems").begin_array();
  for (const auto& row : rows)
    if (row != "null") json.raw(row);
  return json_answer(200, json.end_array().end_object().str());
}

}  // namespace

void add_describe_routes(RouteTable& table, RestParts& parts) {
  const auto add = [&](const char* pattern, auto handler) {
    table.add("GET", pattern, http::Role::readonly,
              [&parts, handler](const Call& call) { return handler(call, parts); });
  };
  add("/sobjects", list_objects);
  add("/sobjects/{object}", show_object);
  add("/sobjects/{object}/describe", describe);
}

}  // namespace stockbell::crm::rest
