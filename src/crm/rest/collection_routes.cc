// Collections (reference 3.6): /composite/sobjects, up to 200 records in one transaction.
#include <unordered_map>

#include "crm/objects/values.h"
#include "crm/rest/record_body.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;
using records::Operation;
using records::RecordInput;
using records::RecordResult;

constexpr std::size_t kMostRetrieved = 2000;

// The records of a call; those that could not be read have no object but a refusal.
struct Batch {
  bool all_or_none = false;
  std::vector<RecordInput> inputs;
  std::vector<RecordResult> results;
  bool unreadable() const {
    return std::ranges::any_of(results, [](const auto& result) { return !result.success(); });
  }
  void add(RecordInput input) {
    inputs.push_back(std::move(input));
    results.emplace_back();
  }
  void refuse(Error error) {
    inputs.emplace_back();
    results.emplace_back().errors.push_back(std::move(error));
  }
};

Error invalid(std::string code, std::string message, std::string field = {}) {
  return Error{ErrorCode::invalid, std::move(code), std::move(message), std::move(field)};
}

Result<> check_count(std::size_t count) {
  if (count <= records::kMostRecords) return {};
  return fail(invalid("EXCEEDED_ID_LIMIT",
                      fmt::format("record limit reached. cannot submit more than {} records into "
                                  "this call",
                                  records::kMostRecords)));
}

void read_one(Batch& batch, const objects::Schema& schema, const boost::json::value& value,
              Operation operation, const objects::Object* fixed) {
  if (!value.is_object())
    return batch.refuse(invalid("JSON_PARSER_ERROR", "records: each is an object"));
  const auto& body = value.get_object();
  const auto* attributes = find_member(body, "attributes");
  std::string type;
  if (attributes && attributes->is_object()) type = text_member(attributes->get_object(), "type");
  const objects::Object* object = type.empty() ? fixed : schema.find(type);
  if (!object && type.empty() && operation == Operation::update)
    for (const auto& [name, id] : body)
      if (objects::same_name(name, "Id") && id.is_string())
        object = schema.find_by_prefix(id.get_string());
  if (!object)
    return batch.refuse(
        type.empty()
            ? invalid("INVALID_FIELD", "attributes.type: the object of each record is needed")
            : invalid("INVALID_TYPE",
                      fmt::format("sObject type '{}' is not supported.", type.substr(0, 80))));
  if (fixed && object != fixed)
    return batch.refuse(
        invalid("INVALID_TYPE", fmt::format("attributes.type: this call is for {}", fixed->name)));
  batch.add(read_record(*object, body, operation != Operation::create));
}

Result<Batch> read_batch(const Call& call, const objects::Schema& schema, Operation operation,
                         const objects::Object* fixed) {
  SB_TRY(body, parse_object_body(call.request.body));
  const auto* list = find_member(body, "records");
  if (!list || !list->is_array())
    return fail(invalid("JSON_PARSER_ERROR", "records: an array is needed", "records"));
  SB_CHECK(check_count(list->get_array().size()));
  Batch batch;
  batch.all_or_none = true_member(body, "allOrNone");
  for (const auto& value : list->get_array()) read_one(batch, schema, value, operation, fixed);
  return batch;
}

Result<Response> write_batch(const Call& call, RestParts& parts, Operation operation, Batch batch) {
  auto options = call.write_options();
  options.all_or_none = batch.all_or_none;
  std::vector<RecordInput> readable;
  for (std::size_t i = 0; i < batch.inputs.size(); ++i)
    if (batch.results[i].success()) readable.push_back(batch.inputs[i]);
  const bool hopeless = batch.all_or_none && batch.unreadable();
  if (!readable.empty() && !hopeless) {
    SB_TRY(results, call.transaction
                        ? parts.records.write(*call.transaction, operation, readable, options)
                        : parts.records.write(operation, readable, options));
    auto next = results.begin();
    for (auto& result : batch.results)
      if (result.success()) result = std::move(*next++);
  }
  // Inside a composite call with allOrNone the whole call is undone with the collection.
  if (call.transaction && batch.all_or_none)
    for (const auto& result : batch.results)
      if (!result.success() && result.errors.front().reason != records::rolled_back().reason)
        return refuse_row(call, result);
  text::JsonWriter json;
  json.begin_array();
  for (std::size_t i = 0; i < batch.results.size(); ++i) {
    auto& result = batch.results[i];
    if (hopeless && result.success()) result.errors.push_back(records::rolled_back());
    write_outcome(json, batch.inputs[i].object, result, operation == Operation::upsert);
  }
  return json_answer(200, json.end_array().str());
}

Result<Response> write_records(const Call& call, RestParts& parts, Operation operation) {
  SB_TRY(batch, read_batch(call, parts.schema(), operation, nullptr));
  return write_batch(call, parts, operation, std::move(batch));
}

Result<Response> upsert_records(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  const auto& name = call.parameter("field");
  const auto* key = object->find_field(name);
  const bool by_id = objects::same_name(name, "Id");
  if (!by_id && (!key || !key->external_id))
    return fail(
        ErrorCode::not_found, "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: " + name.substr(0, 80));
  SB_TRY(batch, read_batch(call, parts.schema(), Operation::upsert, object));
  for (std::size_t i = 0; i < batch.inputs.size() && !by_id; ++i) {
    auto& input = batch.inputs[i];
    if (!batch.results[i].success()) continue;
    input.external_field = key->name;
    for (const auto& field : input.fields) {
      if (!objects::same_name(field.name, key->name)) continue;
      const auto value = objects::value_from_json(*key, parts.schema(), field.value);
      if (value)
        input.external_value = objects::to_csv_text(*key, parts.schema(), *value);
      else
        batch.results[i].errors.push_back(value.error());
    }
    std::erase_if(input.fields,
                  [&](const auto& field) { return objects::same_name(field.name, key->name); });
  }
  return write_batch(call, parts, Operation::upsert, std::move(batch));
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    words.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Result<Response> remove_records(const Call& call, RestParts& parts) {
  const auto ids = split(call.request.query_value("ids").value_or(""));
  if (ids.empty()) return fail(invalid("MISSING_ARGUMENT", "ids parameter is required", "ids"));
  SB_CHECK(check_count(ids.size()));
  Batch batch;
  batch.all_or_none = call.request.query_value("allOrNone") == "true";
  for (const auto& id : ids) {
    const auto* object = parts.schema().find_by_prefix(id);
    if (!object) {
      batch.refuse(invalid("MALFORMED_ID", "malformed id " + id.substr(0, 18), "Id"));
      continue;
    }
    RecordInput input;
    input.object = object;
    input.id = id;
    batch.add(std::move(input));
  }
  return write_batch(call, parts, Operation::remove, std::move(batch));
}

Result<std::vector<std::string>> texts_of(const boost::json::object& body, std::string_view name) {
  const auto* list = find_member(body, name);
  if (!list || !list->is_array())
    return fail(invalid("JSON_PARSER_ERROR", fmt::format("{}: an array of texts is needed", name),
                        std::string(name)));
  std::vector<std::string> texts;
  for (const auto& value : list->get_array()) {
    if (!value.is_string())
      return fail(invalid("JSON_PARSER_ERROR", fmt::format("{}: an array of texts is needed", name),
                          std::string(name)));
    texts.emplace_back(value.get_string());
  }
  return texts;
}

Result<Response> retrieve(const Call& call, RestParts& parts, const std::vector<std::string>& ids,
                          const std::vector<std::string>& fields) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  if (ids.size() > kMostRetrieved)
    return fail(invalid("EXCEEDED_ID_LIMIT",
                        fmt::format("ids: at most {} in one call", kMostRetrieved), "ids"));
  if (fields.empty())
    return fail(
        invalid("MISSING_ARGUMENT", "fields: the names of the fields are needed", "fields"));
  std::vector<std::int64_t> wanted;                     // each once
  std::unordered_map<std::int64_t, std::size_t> index;  // of an id in `wanted`
  std::vector<std::size_t> places;                      // of each id asked for
  for (const auto& text : ids) {
    const auto id = objects::parse_id(*object, text);
    if (!id) return fail(invalid("MALFORMED_ID", "malformed id " + text.substr(0, 18), "Id"));
    const auto [known, added] = index.try_emplace(*id, wanted.size());
    if (added) wanted.push_back(*id);
    places.push_back(known->second);
  }
  SB_TRY(rows, call.transaction
                   ? parts.queries.retrieve(call.transaction->session, *object, wanted, fields,
                                            call.query_options())
                   : parts.queries.retrieve(*object, wanted, fields, call.query_options()));
  text::JsonWriter json;
  json.begin_array();
  for (const auto place : places) json.raw(rows[place]);
  return json_answer(200, json.end_array().str());
}

}  // namespace

void add_collection_routes(RouteTable& table, RestParts& parts) {
  using enum http::Role;
  const auto add = [&table](const char* method, const char* pattern, http::Role least,
                            CallHandler handler) {
    table.add(method, pattern, least, std::move(handler), Kind::collection, kCollectionBytes);
  };
  add("POST", "/composite/sobjects", admin,
      [&parts](const Call& call) { return write_records(call, parts, Operation::create); });
  add("PATCH", "/composite/sobjects", admin,
      [&parts](const Call& call) { return write_records(call, parts, Operation::update); });
  add("DELETE", "/composite/sobjects", admin,
      [&parts](const Call& call) { return remove_records(call, parts); });
  add("PATCH", "/composite/sobjects/{object}/{field}", admin,
      [&parts](const Call& call) { return upsert_records(call, parts); });
  add("POST", "/composite/sobjects/{object}", readonly,
      [&parts](const Call& call) -> Result<Response> {
        SB_TRY(body, parse_object_body(call.request.body));
        SB_TRY(ids, texts_of(body, "ids"));
        SB_TRY(fields, texts_of(body, "fields"));
        return retrieve(call, parts, ids, fields);
      });
  add("GET", "/composite/sobjects/{object}", readonly,
      [&parts](const Call& call) -> Result<Response> {
        return retrieve(call, parts, split(call.request.query_value("ids").value_or("")),
                        split(call.request.query_value("fields").value_or("")));
      });
}

}  // namespace stockbell::crm::rest
