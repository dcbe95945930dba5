#include "crm/objects/values.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "base/id.h"
#include "platform/text/text.h"

namespace stockbell::crm::objects {
namespace {

constexpr std::int64_t kMostExact = 999'999'999'999'999;  // what a double still tells apart

std::unexpected<Error> refuse(const Field& field, std::string code, std::string message) {
  return fail(ErrorCode::invalid, std::move(code), std::move(message), field.name);
}

bool is_text(FieldType type) {
  using enum FieldType;
  return type == text || type == text_area || type == email || type == phone || type == url ||
         type == picklist;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

Result<db::Value> text_value(const Field& field, std::string_view text) {
  if (!text::valid_utf8(text) || text.find('\0') != text.npos)
    return refuse(field, "JSON_PARSER_ERROR",
                  fmt::format("{}: the value is not UTF-8 text", field.label));
  if (field.type != FieldType::text_area && text::has_control(text))
    return refuse(field, "INVALID_FIELD",
                  fmt::format("{}: the value holds control characters", field.label));
  if (field.length > 0 && characters(text) > static_cast<std::size_t>(field.length))
    return refuse(
        field, "STRING_TOO_LONG",
        fmt::format("{}: data value too large: (max length={})", field.label, field.length));
  if (field.type == FieldType::email && !text.empty() && !text::parse_email(text))
    return refuse(field, "INVALID_EMAIL_ADDRESS",
                  fmt::format("{}: invalid email address", field.label));
  if (field.type == FieldType::picklist && !text.empty()) {
    for (const auto& value : field.values)
      if (same_name(value, text)) return db::Value(value);
    return refuse(field, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                  fmt::format("{}: bad value for restricted picklist field", field.label));
  }
  return db::Value(text);
}

Result<db::Value> time_value(const Field& field, std::string_view text) {
  if (const auto time = parse_rfc3339(text)) return db::Value(to_ms(*time));
  return refuse(
      field, "JSON_PARSER_ERROR",
      fmt::format("Cannot deserialize instance of datetime from VALUE_STRING value for {}: "
                  "write 2026-01-31T08:15:00.000+0000",
                  field.name));
}

Result<db::Value> date_value(const Field& field, std::string_view text) {
  const auto day = text.substr(0, 10);
  if ((text.size() == 10 || (text.size() > 10 && text[10] == 'T')) &&
      parse_rfc3339(std::string(day) + "T00:00:00Z"))
    return db::Value(day);
  return refuse(
      field, "JSON_PARSER_ERROR",
      fmt::format(
          "Cannot deserialize instance of date from VALUE_STRING value for {}: write 2026-01-31",
          field.name));
}

Result<db::Value> number_value(const Field& field, double number) {
  if (!std::isfinite(number) || std::abs(number) > 1e18)
    return refuse(field, "NUMBER_OUTSIDE_VALID_RANGE",
                  fmt::format("{}: value outside of valid range", field.label));
  return db::Value(number);
}

Result<db::Value> integer_value(const Field& field, double number) {
  if (std::abs(number) > static_cast<double>(kMostExact))
    return refuse(field, "NUMBER_OUTSIDE_VALID_RANGE",
                  fmt::format("{}: value outside of valid range", field.label));
  if (number != std::floor(number))
    return refuse(field, "JSON_PARSER_ERROR",
                  fmt::format("{}: a whole number is needed", field.label));
  return db::Value(static_cast<std::int64_t>(number));
}

Result<db::Value> reference_value(const Field& field, const Schema& schema, std::string_view text) {
  const auto* target = field.type == FieldType::id ? nullptr : schema.find(field.reference_to);
  const auto& prefix = target ? target->key_prefix
                              : std::string(text.substr(0, std::min<std::size_t>(3, text.size())));
  if (const auto id = parse_record_id(prefix, text)) return db::Value(*id);
  return refuse(field, "MALFORMED_ID",
                fmt::format("{}: id value of incorrect type: {}", field.label,
                            text.size() <= 18 && !text::has_control(text) ? text : "(not an id)"));
}

std::unexpected<Error> wrong_type(const Field& field, std::string_view kind) {
  return refuse(field, "JSON_PARSER_ERROR",
                fmt::format("Cannot deserialize instance of {} from {} value for {}",
                            to_text(field.type), kind, field.name));
}

Result<db::Value> value_of_string(const Field& field, const Schema& schema, std::string_view text) {
  switch (field.type) {
    case FieldType::id:
    case FieldType::reference:
      return reference_value(field, schema, text);
    case FieldType::date_time:
      return time_value(field, text);
    case FieldType::date:
      return date_value(field, text);
    default:
      return text_value(field, text);
  }
}

db::Value null_of(const Field& field) {
  return is_text(field.type) || field.type == FieldType::date ? db::Value("") : db::Value();
}

Result<double> parse_number(const Field& field, std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return refuse(
        field, "INVALID_TYPE_ON_FIELD_IN_RECORD",
        fmt::format("{}: value not of required type: {}", field.label, to_text(field.type)));
  return number;
}

}  // namespace

Result<db::Value> value_from_json(const Field& field, const Schema& schema,
                                  const boost::json::value& json) {
  if (json.is_null())
    return field.type == FieldType::checkbox ? Result<db::Value>(db::Value(0)) : null_of(field);
  if (field.type == FieldType::checkbox) {
    if (!json.is_bool())
      return wrong_type(field, json.is_string() ? "VALUE_STRING" : "VALUE_OTHER");
    return db::Value(static_cast<std::int64_t>(json.get_bool()));
  }
  if (field.type == FieldType::integer || field.type == FieldType::number) {
    if (json.is_string())
      return value_from_text(field, schema, std::string_view(json.get_string()));
    if (!json.is_number()) return wrong_type(field, "VALUE_OTHER");
    const auto number = json.to_number<double>();
    return field.type == FieldType::integer ? integer_value(field, number)
                                            : number_value(field, number);
  }
  if (json.is_string()) {
    const std::string_view text = json.get_string();
    return text.empty() ? Result<db::Value>(null_of(field)) : value_of_string(field, schema, text);
  }
  if (json.is_number() && is_text(field.type))
    return text_value(field, boost::json::serialize(json));
  return wrong_type(field, json.is_object()  ? "START_OBJECT"
                           : json.is_array() ? "START_ARRAY"
                                             : "VALUE_OTHER");
}

Result<db::Value> value_from_text(const Field& field, const Schema& schema, std::string_view text) {
  if (text.empty() || text == "#N/A") return value_from_json(field, schema, nullptr);
  switch (field.type) {
    case FieldType::checkbox:
      if (same_name(text, "true") || text == "1") return db::Value(1);
      if (same_name(text, "false") || text == "0") return db::Value(0);
      return refuse(field, "INVALID_TYPE_ON_FIELD_IN_RECORD",
                    fmt::format("{}: value not of required type: boolean", field.label));
    case FieldType::integer: {
      SB_TRY(number, parse_number(field, text));
      return integer_value(field, number);
    }
    case FieldType::number: {
      SB_TRY(number, parse_number(field, text));
      return number_value(field, number);
    }
    default:
      return value_of_string(field, schema, text);
  }
}

bool is_null(const Field& field, const db::Value& value) {
  if (value.is_null()) return true;
  const auto* text = std::get_if<std::string>(&value.get());
  return text && text->empty() && field.type != FieldType::checkbox;
}

void write_json(text::JsonWriter& json, const Field& field, const Schema& schema,
                const db::Value& value) {
  if (is_null(field, value)) {
    if (field.type == FieldType::checkbox)
      json.value(false);
    else
      json.value(nullptr);
    return;
  }
  switch (field.type) {
    case FieldType::checkbox:
      json.value(std::get<std::int64_t>(value.get()) != 0);
      return;
    case FieldType::integer:
      json.value(std::get<std::int64_t>(value.get()));
      return;
    case FieldType::number:
      if (const auto* whole = std::get_if<std::int64_t>(&value.get()))
        json.value(static_cast<double>(*whole));
      else
        json.value(std::get<double>(value.get()));
      return;
    default:
      json.value(to_csv_text(field, schema, value));
  }
}

std::string to_csv_text(const Field& field, const Schema& schema, const db::Value& value) {
  if (is_null(field, value)) return field.type == FieldType::checkbox ? "false" : "";
  const auto* whole = std::get_if<std::int64_t>(&value.get());
  switch (field.type) {
    case FieldType::checkbox:
      return whole && *whole != 0 ? "true" : "false";
    case FieldType::date_time:
      return whole ? to_salesforce_time(from_ms(*whole)) : "";
    case FieldType::reference: {
      const auto* target = schema.find(field.reference_to);
      return whole && target ? record_id(*target, *whole) : "";
    }
    default:
      break;
  }
  if (whole) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value.get())) return fmt::format("{}", *real);
  return std::get<std::string>(value.get());
}

std::string to_salesforce_time(Time time) {
  auto text = to_rfc3339(time);  // …Z
  text.pop_back();
  return text + "+0000";
}

std::string record_id(const Object& object, std::int64_t id) {
  return to_record_id(object.key_prefix, id);
}

Result<std::int64_t> parse_id(const Object& object, std::string_view text) {
  if (const auto id = parse_record_id(object.key_prefix, text)) return *id;
  return fail(ErrorCode::invalid, "MALFORMED_ID", "malformed id", "Id");
}

}  // namespace stockbell::crm::objects
