// Where mail goes: the configuration's mail address "smtp://user:pass@host:587" taken apart. A
// plain value.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::smtp {

enum class Tls {
  offered,   // smtp://             STARTTLS whenever the server offers it; a password never leaves
             // in clear
  required,  // smtp://?tls=required  STARTTLS or nothing
  never,     // smtp://?tls=never
  implicit,  // smtps://            TLS from the first byte (port 465)
};

struct Target {
  std::string host;
  int port = 25;
  std::string user, password;
  Tls tls = Tls::offered;
  bool verify = true;   // &verify=no: any certificate will do
  std::string ca_file;  // &ca=FILE: certificates to trust instead of the system's
};

// smtp[s]://[user:password@]host[:port][?tls=required|never&verify=no&ca=FILE]; user, password and
// FILE are percent-decoded. Port: 587 with a user, 465 for smtps, else 25. Errors: invalid,
// "smtp-url-invalid"; the password is never in the message.
Result<Target> parse_url(std::string_view url);

// Whether the host is this very machine by name or address.
bool is_loopback(std::string_view host);

}  // namespace stockbell::smtp
