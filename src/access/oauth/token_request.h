// What the OAuth endpoints are sent: form fields and the client's credentials, bounded and read
// once; and how they refuse (reference 3.1). Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "platform/http/http.h"

namespace stockbell::access::oauth {

inline constexpr std::size_t kFormBytes = 16 * 1024;

// Invalid: "form-expected", "form-invalid", or "invalid_request" (a field twice, too many of them).
Result<std::map<std::string, std::string>> read_fields(const http::Request& request);
std::string field(const std::map<std::string, std::string>& fields,
                  const std::string& name);  // "" when absent

struct ClientCredentials {
  std::string id, secret;
};
// From the form or from HTTP Basic (RFC 6749, section 2.3.1), not from both. Invalid
// ("invalid_request", "invalid_client_id").
Result<ClientCredentials> read_client_credentials(const std::map<std::string, std::string>& fields,
                                                  const http::Request& request);

// {"error","error_description"} with HTTP 400; 415 for another type than a form; the server's own
// status otherwise.
http::Response oauth_refusal(const Error& error, int status,
                             const std::vector<std::string>& allowed);

}  // namespace stockbell::access::oauth
