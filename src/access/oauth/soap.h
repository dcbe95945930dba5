// The SOAP calls login and logout (reference 3.1), which both Salesforce clients use by default:
// envelopes in, envelopes out. Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::access::oauth {

struct SoapCall {
  enum class Kind { login, logout } kind = Kind::login;
  std::string username, password;  // of login
  std::string session_id;          // of logout, from the header
};

inline constexpr std::size_t kSoapBytes = 16 * 1024;

// Reads an envelope of SOAP 1.1, whatever its prefixes. Document types are refused unread, and with
// them all entities. Invalid: "soap-invalid".
Result<SoapCall> parse_soap(std::string_view body);

struct SoapLogin {
  std::string server_url, metadata_server_url, session_id, organization_id, user_id, user_name;
  std::int64_t session_seconds = 0;
};
std::string login_envelope(const SoapLogin& login);
std::string logout_envelope();
// `code` as in "sf:INVALID_LOGIN"; or "soapenv:Client" without exception detail.
std::string fault_envelope(std::string_view code, std::string_view message);

}  // namespace stockbell::access::oauth
