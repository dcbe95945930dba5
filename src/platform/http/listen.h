// Opening the server's ears: the listening address and the TLS certificate, with errors a person
// can act on.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "platform/http/server.h"

namespace stockbell::http {

Result<boost::asio::ip::tcp::endpoint> parse_listen(const std::string& listen);
// Null when no certificate is configured.
Result<std::unique_ptr<boost::asio::ssl::context>> load_tls(const ServerOptions& options);

}  // namespace stockbell::http
