// Envelopes of Marketing Cloud's SOAP: no document type is taken, filters stay bounded, and what
// was read can be said in an answer that is read again.
#include "engagement/soap/call.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;
using namespace stockbell::engagement;

FUZZ_TARGET(engagement_soap) {
  const auto call = soap::parse_call(input);
  if (!call) {
    REQUIRE(call.error().reason == "soap-invalid");
    return;
  }
  REQUIRE(input.find("<!DOCTYPE") == input.npos);
  const auto* request = call->message.find("RetrieveRequest");
  const auto* filter = request ? request->find("Filter") : nullptr;
  if (filter) {
    const auto condition = soap::read_filter(*filter);
    REQUIRE(condition || condition.error().reason == "filter-invalid");
  }
  const auto said =
      soap::answer("Answer", soap::tag("a", call->token) + soap::tag("b", call->message.text));
  REQUIRE(text::valid_utf8(said));
  const auto again = soap::parse_xml(said);
  REQUIRE(again && again->find("Body") && again->find("Body")->children.front().name == "Answer");
}
