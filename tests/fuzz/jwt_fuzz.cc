// Signed assertions of the JWT bearer flow: read within bounds, and none is believed without the
// client's private key.
#include "access/oauth/assertion.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

namespace {

// Its private key was thrown away.
constexpr const char* kPublicKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArCiHOjygyT/L6iemfY1V\n"
    "NmXVTA53uQudDi6oMm0QZsfRMiyGchuvo4I2D44QXZx/9sHBpqNu+ZAh5s3x9T+u\n"
    "Zr8rpRSTlzT9Wfb/fSmm3AfSeJuEPZdnxuvBpdG0I402n7E0uvF1QZBxD/QgTrW2\n"
    "iSYlmTm3/eHYhQltKxjiCkSKtda1T3ECo3FtbNl4n78gSC+vU7kj9h8R8YusoEnx\n"
    "42x4bI0JPuI7EVx/Dedv/FIgKSDq0ihHjEf74PjIWPJ/I3BdJxEMDUlhXs6om+1N\n"
    "1ATcAPt5JFMYAROanod5kIvmmnCcApOB48PUadRryUS1Pi87mW/mtQ8toQ8cILLf\n"
    "bwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace

FUZZ_TARGET(jwt) {
  const auto assertion = access::oauth::parse_assertion(input);
  if (!assertion) {
    REQUIRE(assertion.error().reason == "invalid_grant");
    return;
  }
  REQUIRE(input.starts_with(assertion->signed_part + "."));
  for (const auto& text : {assertion->issuer, assertion->subject}) {
    REQUIRE(!text.empty() && text.size() <= 512);
    REQUIRE(text::valid_utf8(text) && !text::has_control(text));
  }
  REQUIRE(!assertion->signature.empty());
  const auto judged = access::oauth::judge(*assertion, kPublicKey, assertion->audiences,
                                           assertion->expires_at - std::chrono::minutes(1));
  REQUIRE(!judged && judged.error().message == "invalid assertion");
}
