// Envelopes of the SOAP sign-in: no document type is taken, and what was read can be said in an
// answer.
#include "access/oauth/soap.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(soap) {
  const auto call = access::oauth::parse_soap(input);
  if (!call) {
    REQUIRE(call.error().reason == "soap-invalid");
    return;
  }
  REQUIRE(input.find("<!DOCTYPE") == input.npos);
  for (const auto& text : {call->username, call->password, call->session_id}) {
    REQUIRE(text.size() <= input.size());
    REQUIRE(text::valid_utf8(text));
  }
  access::oauth::SoapLogin login;
  login.user_name = call->username;
  const auto envelope = access::oauth::login_envelope(login);
  REQUIRE(text::valid_utf8(envelope));
  // An answer is an envelope, but no call.
  REQUIRE(!access::oauth::parse_soap(envelope));
}
