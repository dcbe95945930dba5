// One call of Marketing Cloud's SOAP API: who asks, and what for; and the envelopes that answer
// (reference 6.11: clients look for the literal prefix "soap:"). Pure.
#pragma once
#include "engagement/data_extensions/conditions.h"
#include "engagement/soap/element.h"

namespace stockbell::engagement::soap {

struct Call {
  std::string token;  // of the header fueloauth
  Element message;    // the body's one element: RetrieveRequestMsg, CreateRequest, ...
};

// Errors: invalid, "soap-invalid".
Result<Call> parse_call(std::string_view body);
// SimpleFilterPart and ComplexFilterPart. Errors: invalid, "filter-invalid".
Result<Condition> read_filter(const Element& filter, int depth = 0);

std::string envelope(std::string_view body);
std::string fault(std::string_view code, std::string_view message);
// <name xmlns=partnerAPI>content</name>, in an envelope.
std::string answer(std::string_view name, std::string_view content);

}  // namespace stockbell::engagement::soap
