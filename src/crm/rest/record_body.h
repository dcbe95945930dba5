// Between the JSON of the REST surface and the records of crm/records: a body's members as inputs,
// results as answers. Pure, thread-safe.
#pragma once
#include <boost/json/object.hpp>

#include "crm/rest/rest_call.h"

namespace stockbell::crm::rest {

// Every member as a field's value; "attributes" is left out, and so is "id" when `take_id` puts it
// into the input.
records::RecordInput read_record(const objects::Object& object, const boost::json::object& body,
                                 bool take_id);

// {"id":"...","success":true,"errors":[]}; with `created` for upserts.
void write_saved(text::JsonWriter& json, const objects::Object& object,
                 const records::RecordResult& result, bool with_created);
// An element of a collection's answer, refused ones too: errors have statusCode.
void write_outcome(text::JsonWriter& json, const objects::Object* object,
                   const records::RecordResult& result, bool with_created);

// The refusals of one row, at its own address: what names the row itself is 404.
http::Response refuse_row(const Call& call, const records::RecordResult& result);

}  // namespace stockbell::crm::rest
