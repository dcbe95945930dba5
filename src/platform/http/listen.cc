#include "platform/http/listen.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace stockbell::http {

namespace asio = boost::asio;
using boost::system::error_code;

Result<asio::ip::tcp::endpoint> parse_listen(const std::string& listen) {
  auto wrong = [&] {
    return fail(
        ErrorCode::invalid, "listen-invalid",
        "\"" + listen + "\" is no address to listen on, as in 127.0.0.1:8080 or [::1]:8080");
  };
  auto colon = listen.rfind(':');
  if (colon == std::string::npos) return wrong();
  std::string host = listen.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  unsigned short port = 0;
  const char* end = listen.data() + listen.size();
  auto read = std::from_chars(listen.data() + colon + 1, end, port);
  if (read.ec != std::errc() || read.ptr != end) return wrong();
  error_code error;
  auto address = asio::ip::make_address(host, error);
  if (error) return wrong();
  return asio::ip::tcp::endpoint(address, port);
}

Result<std::unique_ptr<asio::ssl::context>> load_tls(const ServerOptions& options) {
  if (options.tls_certificate.empty() && options.tls_key.empty())
    return std::unique_ptr<asio::ssl::context>();
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->use_certificate_chain_file(options.tls_certificate, error);
  if (error)
    return fail(ErrorCode::invalid, "tls-certificate",
                "certificate " + options.tls_certificate + ": " + error.message());
  context->use_private_key_file(options.tls_key, asio::ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(context->native_handle()) != 1)
    return fail(ErrorCode::invalid, "tls-key",
                "key " + options.tls_key + " cannot be read or does not fit the certificate");
  return context;
}

}  // namespace stockbell::http
