// Rows (reference 3.2): /sobjects/X, /sobjects/X/{id}, /sobjects/X/{ExternalField}/{value}.
#include "crm/objects/values.h"
#include "crm/rest/record_body.h"
#include "crm/rest/route_table.h"
#include "platform/text/text.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;
using records::Operation;
using records::RecordInput;
using records::RecordResult;
using Presence = records::RecordService::Presence;

std::unexpected<Error> not_there() {
  return fail(ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist");
}

// The id of a path. 404 for what is none; 400 MALFORMED_ID for one that was mistyped.
Result<std::int64_t> id_of(const objects::Object& object, const std::string& text) {
  if (const auto id = objects::parse_id(object, text)) return *id;
  if ((text.size() == 15 || text.size() == 18) && text.starts_with(object.key_prefix))
    return fail(ErrorCode::invalid, "MALFORMED_ID", "malformed id " + text);
  return fail(
      ErrorCode::not_found, "NOT_FOUND",
      "Provided external ID field does not exist or is not accessible: " + text.substr(0, 80));
}

Result<RecordResult> write_one(const Call& call, RestParts& parts, Operation operation,
                               RecordInput input) {
  const std::array inputs{std::move(input)};
  const auto options = call.write_options();
  SB_TRY(results, call.transaction
                      ? parts.records.write(*call.transaction, operation, inputs, options)
                      : parts.records.write(operation, inputs, options));
  return std::move(results.front());
}

// A missing or deleted row at its own address.
Result<> check_there(const Call& call, RestParts& parts, const objects::Object& object,
                     std::int64_t id) {
  SB_TRY(presence, parts.records.presence(object, id, call.transaction));
  if (presence == Presence::missing) return not_there();
  if (presence == Presence::deleted)
    return fail(ErrorCode::not_found, "ENTITY_IS_DELETED", "entity is deleted");
  return {};
}

std::vector<std::string> fields_of(const http::Request& request) {
  std::vector<std::string> fields;
  const auto list = request.query_value("fields").value_or("");
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    if (auto name = text::trim(list.substr(at, end - at)); !name.empty())
      fields.push_back(std::move(name));
    at = end + 1;
  }
  return fields;
}

// "Sat, 31 Jan 2026 08:15:00 GMT" (RFC 9110 5.6.7).
std::string http_date(Time time) {
  auto text = to_rfc5322(std::chrono::floor<std::chrono::seconds>(time));
  return text.substr(0, text.rfind(' ')) + " GMT";
}

std::optional<Time> parse_http_date(const std::string& text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) return {};
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == kMonths.npos || month % 3 != 0) return {};
  return parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                   text.substr(5, 2), text.substr(17, 8)));
}

Result<Response> show_row(const Call& call, RestParts& parts, const objects::Object& object,
                          std::int64_t id) {
  SB_CHECK(check_there(call, parts, object, id));
  SB_TRY(modified, parts.records.modified_at(object, id, call.transaction));
  if (!modified) return not_there();
  const auto since = parse_http_date(call.request.header("If-Modified-Since"));
  if (since && std::chrono::floor<std::chrono::seconds>(*modified) <= *since) {
    auto same = Response::empty(304);
    same.set("Last-Modified", http_date(*modified));
    return same;
  }
  auto fields = fields_of(call.request);
  const bool names_id =
      std::ranges::any_of(fields, [](const auto& name) { return objects::same_name(name, "Id"); });
  if (!fields.empty() && !names_id) fields.emplace_back("Id");  // always there
  const std::array ids{id};
  SB_TRY(rows, call.transaction
                   ? parts.queries.retrieve(call.transaction->session, object, ids, fields,
                                            call.query_options())
                   : parts.queries.retrieve(object, ids, fields, call.query_options()));
  if (rows.empty() || rows.front() == "null") return not_there();
  auto response = json_answer(200, rows.front());
  response.set("Last-Modified", http_date(*modified));
  return response;
}

Result<Response> create_row(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(body, parse_object_body(call.request.body));
  SB_TRY(result, write_one(call, parts, Operation::create, read_record(*object, body, false)));
  if (!result.success()) return refuse_row(call, result);
  text::JsonWriter json;
  write_saved(json, *object, result, false);
  auto response = json_answer(201, std::move(json).str());
  response.set("Location", record_url(call, *object, result.id));
  return response;
}

Result<Response> change_row(const Call& call, RestParts& parts, Operation operation,
                            const objects::Object& object, std::int64_t id) {
  SB_CHECK(check_there(call, parts, object, id));
  RecordInput input;
  if (operation == Operation::update) {
    SB_TRY(body, parse_object_body(call.request.body));
    input = read_record(object, body, false);
  }
  input.object = &object;
  input.id = objects::record_id(object, id);
  SB_TRY(result, write_one(call, parts, operation, std::move(input)));
  if (!result.success()) return refuse_row(call, result);
  return Response::empty(204);
}

Result<Response> by_id(const Call& call, RestParts& parts, Operation operation) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(id, id_of(*object, call.parameter("id")));
  return change_row(call, parts, operation, *object, id);
}

// 300: every row that the value names.
Response choices(const Call& call, const objects::Object& object,
                 std::span<const std::int64_t> ids) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto id : ids) json.value(record_url(call, object, id));
  return json_answer(300, json.end_array().str());
}

// The row of /sobjects/X/{field}/{value}; Id is a field, too. To read, a '+' may be a blank:
// simple-salesforce writes a value as in a form. What is removed is named exactly.
Result<std::vector<std::int64_t>> rows_of_key(const Call& call, RestParts& parts,
                                              const objects::Object& object, bool form_blanks) {
  const auto& field = call.parameter("field");
  const auto& value = call.parameter("value");
  if (objects::same_name(field, "Id")) {
    SB_TRY(id, id_of(object, value));
    return std::vector{id};
  }
  SB_TRY(ids, parts.records.find_by_key(object, field, value, call.transaction));
  if (ids.empty() && form_blanks && value.contains('+')) {
    auto blanks = value;
    std::ranges::replace(blanks, '+', ' ');
    SB_TRY(found, parts.records.find_by_key(object, field, blanks, call.transaction));
    ids = std::move(found);
  }
  if (ids.empty()) return not_there();
  return ids;
}

Result<Response> show_by_key(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(ids, rows_of_key(call, parts, *object, true));
  if (ids.size() > 1) return choices(call, *object, ids);
  return show_row(call, parts, *object, ids.front());
}

Result<Response> remove_by_key(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(ids, rows_of_key(call, parts, *object, false));
  if (ids.size() > 1) return choices(call, *object, ids);
  return change_row(call, parts, Operation::remove, *object, ids.front());
}

// The key belongs into the path alone. In the body, too, it is passed over when it says the same.
Result<> drop_key(RecordInput& input, const objects::Field& key, const objects::Schema& schema) {
  const auto wanted = objects::value_from_text(key, schema, input.external_value);
  if (!wanted) return {};  // the write says what is wrong with it
  for (const auto& field : input.fields) {
    if (!objects::same_name(field.name, key.name)) continue;
    const auto value = objects::value_from_json(key, schema, field.value);
    if (!value ||
        objects::to_csv_text(key, schema, *value) != objects::to_csv_text(key, schema, *wanted))
      return fail(
          Error{ErrorCode::invalid, "INVALID_FIELD",
                fmt::format("The {} field should not be specified in the sobject data.", key.name),
                key.name});
  }
  std::erase_if(input.fields,
                [&](const auto& field) { return objects::same_name(field.name, key.name); });
  return {};
}

Result<Response> upsert_row(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  if (objects::same_name(call.parameter("field"), "Id")) {
    SB_TRY(id, id_of(*object, call.parameter("value")));
    return change_row(call, parts, Operation::update, *object, id);
  }
  const auto* key = object->find_field(call.parameter("field"));
  if (!key || !key->external_id)
    return fail(ErrorCode::not_found, "NOT_FOUND",
                "Provided external ID field does not exist or is not accessible: " +
                    call.parameter("field").substr(0, 80));
  SB_TRY(body, parse_object_body(call.request.body));
  auto input = read_record(*object, body, false);
  input.external_field = key->name;
  input.external_value = call.parameter("value");
  SB_CHECK(drop_key(input, *key, parts.schema()));
  input.update_only = call.request.query_value("updateOnly") == "true";
  SB_TRY(result, write_one(call, parts, Operation::upsert, std::move(input)));
  if (!result.choices.empty()) return choices(call, *object, result.choices);
  if (!result.success()) return refuse_row(call, result);
  if (!result.created && call.version.size() == 4 && call.version < "46")
    return Response::empty(204);  // as before 46.0
  text::JsonWriter json;
  write_saved(json, *object, result, true);
  auto response = json_answer(result.created ? 201 : 200, std::move(json).str());
  if (result.created) response.set("Location", record_url(call, *object, result.id));
  return response;
}

}  // namespace

void add_row_routes(RouteTable& table, RestParts& parts) {
  using enum http::Role;
  const auto with = [&parts](auto handler) {
    return [&parts, handler](const Call& call) { return handler(call, parts); };
  };
  table.add("POST", "/sobjects/{object}", admin, with(create_row));
  table.add("GET", "/sobjects/{object}/{id}", readonly,
            [&parts](const Call& call) -> Result<Response> {
              SB_TRY(object, parts.schema().get(call.parameter("object")));
              SB_TRY(id, id_of(*object, call.parameter("id")));
              return show_row(call, parts, *object, id);
            });
  table.add("PATCH", "/sobjects/{object}/{id}", admin,
            [&parts](const Call& call) { return by_id(call, parts, Operation::update); });
  table.add("DELETE", "/sobjects/{object}/{id}", admin,
            [&parts](const Call& call) { return by_id(call, parts, Operation::remove); });
  // A value may hold slashes: jsforce sends them as they are.
  table.add("GET", "/sobjects/{object}/{field}/{value*}", readonly, with(show_by_key));
  table.add("PATCH", "/sobjects/{object}/{field}/{value*}", admin, with(upsert_row));
  table.add("DELETE", "/sobjects/{object}/{field}/{value*}", admin, with(remove_by_key));
}

}  // namespace stockbell::crm::rest
