// Reads what Salesforce's servers answer: JSON within bounds, and their two forms of refusal (an
// array of {message, errorCode, fields} in the core, an object {message, errorcode} in Marketing
// Cloud) as Errors. Pure functions. Used by the clients beside it and by those who read answers per
// record.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/http/http.h"

namespace stockbell::salesforce {

// Any JSON value, nested at most 32 deep; unavailable ("answer-invalid") for anything else, as a
// proxy in between may answer in the server's place.
Result<boost::json::value> parse_answer(std::string_view body);

// The member's text; "" when absent, null or of another type. A number's digits are its text.
std::string text_of(const boost::json::value& object, std::string_view name);
bool true_in(const boost::json::value& object, std::string_view name);
// The member when it is an array, else null.
const boost::json::array* array_in(const boost::json::value& object, std::string_view name);

// Is a Salesforce errorCode (or statusCode) one that passes by itself?
bool passes_by_itself(std::string_view error_code);

// One element of an error array: reason = its errorCode or statusCode, field = its fields joined.
Error error_of_element(const boost::json::value& element, int status);
// The error of an answer that is none of 2xx. Messages are cut to 300 characters, and words that
// hold an "@" are left out: servers repeat the value they refuse.
Error core_error(const http::Response& answer);
Error marketing_cloud_error(const http::Response& answer);

}  // namespace stockbell::salesforce
