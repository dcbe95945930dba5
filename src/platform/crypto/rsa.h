// RSA signatures of JWTs (RFC 7515, alg RS256), on OpenSSL. Used by access for the JWT bearer flow.
// Every function is thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::crypto {

// The public key of a PEM text that holds an X.509 certificate or a public key, as PEM
// SubjectPublicKeyInfo. Only the key counts: a certificate's dates and issuer are not looked at.
// Errors: invalid ("certificate-invalid") when it is neither, not RSA, or outside 2048 to 8192 bits.
Result<std::string> read_rsa_public_key(std::string_view pem);

// RSASSA-PKCS1-v1_5 with SHA-256. False as well when the key is not what read_rsa_public_key gives.
bool verify_rs256(std::string_view public_key_pem, std::string_view message,
                  std::string_view signature);

}  // namespace stockbell::crypto
