#include "crm/rest/record_body.h"

namespace stockbell::crm::rest {

records::RecordInput read_record(const objects::Object& object, const boost::json::object& body,
                                 bool take_id) {
  records::RecordInput input;
  input.object = &object;
  for (const auto& [key, value] : body) {
    const std::string_view name(key);
    if (objects::same_name(name, "attributes")) continue;
    if (take_id && objects::same_name(name, "Id")) {
      if (value.is_string()) input.id = std::string(value.get_string());
      continue;
    }
    input.fields.push_back({std::string(name), value, false});
  }
  return input;
}

void write_saved(text::JsonWriter& json, const objects::Object& object,
                 const records::RecordResult& result, bool with_created) {
  json.begin_object()
      .member("id", to_record_id(object.key_prefix, result.id))
      .member("success", true)
      .key("errors")
      .begin_array()
      .end_array();
  if (with_created) json.member("created", result.created);
  json.end_object();
}

void write_outcome(text::JsonWriter& json, const objects::Object* object,
                   const records::RecordResult& result, bool with_created) {
  if (result.success() && object) return write_saved(json, *object, result, with_created);
  json.begin_object().member("success", false).key("errors").begin_array();
  for (const auto& given : result.errors) {
    const auto error = in_their_words(given);
    json.begin_object().member("statusCode", error.reason).member("message", error.message);
    json.key("fields");
    write_fields(json, error.field);
    if (error.reason == "DUPLICATES_DETECTED" && !result.duplicate_result.empty())
      json.key("duplicateResult").raw(result.duplicate_result);
    json.end_object();
  }
  json.end_array();
  if (with_created) json.member("created", false);
  json.end_object();
}

http::Response refuse_row(const Call&, const records::RecordResult& result) {
  std::vector<Error> errors;
  for (const auto& error : result.errors) errors.push_back(in_their_words(error));
  return refusal(errors, result.duplicate_result);
}

}  // namespace stockbell::crm::rest
