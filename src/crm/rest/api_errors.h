// Errors as the REST surface writes them (reference 3.3): an array of {message, errorCode, fields}.
// Pure, thread-safe.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/http/http.h"
#include "platform/text/json.h"

namespace stockbell::crm::rest {

// The error in Salesforce's words: what has a reason of ours gets an errorCode and a message.
Error in_their_words(const Error& error);
int status_of_code(std::string_view error_code);

// One refused call.
http::Response refusal(const Error& error);
// A refused record: `fields` is always there, `duplicate_result` is JSON or empty.
http::Response refusal(std::span<const Error> errors, std::string_view duplicate_result);
// Of requests that reached no handler, and of errors of handlers: see Router::refuse_with.
http::Response refusal(const Error& error, int status, const std::vector<std::string>& allowed);

void write_fields(text::JsonWriter& json, std::string_view joined);  // ["A","B"] of "A,B"

// "application/json;charset=UTF-8"
http::Response json_answer(int status, std::string body);

}  // namespace stockbell::crm::rest
