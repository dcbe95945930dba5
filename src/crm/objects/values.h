// Field values between their three forms: JSON (REST), text (CSV, external-id paths, SOQL literals)
// and the store's db::Value (see FieldType). Every reader checks type, length and picklist and
// answers Salesforce's error code as the Error's reason, the field's name in `field`. Pure,
// thread-safe.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crm/objects/schema.h"
#include "platform/db/database.h"
#include "platform/text/json.h"

namespace stockbell::crm::objects {

// JSON_PARSER_ERROR (wrong type), STRING_TOO_LONG, INVALID_EMAIL_ADDRESS,
// INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, MALFORMED_ID, NUMBER_OUTSIDE_VALID_RANGE,
// INVALID_TYPE_ON_FIELD_IN_RECORD. null and "" are null.
Result<db::Value> value_from_json(const Field& field, const Schema& schema,
                                  const boost::json::value& json);
// The same from text, as CSV cells and external-id paths carry it; "" is null, "#N/A" too.
Result<db::Value> value_from_text(const Field& field, const Schema& schema, std::string_view text);

void write_json(text::JsonWriter& json, const Field& field, const Schema& schema,
                const db::Value& value);
std::string to_csv_text(const Field& field, const Schema& schema,
                        const db::Value& value);  // null is ""

bool is_null(const Field& field, const db::Value& value);  // NULL, or '' in a text type

// "2026-01-31T08:15:00.000+0000", as Salesforce writes date-times.
std::string to_salesforce_time(Time time);
// 18 characters of a row of this object.
std::string record_id(const Object& object, std::int64_t id);
// 15 or 18 characters; invalid: MALFORMED_ID.
Result<std::int64_t> parse_id(const Object& object, std::string_view text);

}  // namespace stockbell::crm::objects
