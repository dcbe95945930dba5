// Bytes of a connection: Beast's parser behind our RequestParser, then routing, in two different
// cuts.
#include <boost/asio/buffer.hpp>

#include "fuzz/fuzz.h"
#include "platform/http/request_parser.h"

using namespace stockbell;

namespace {

http::Router make_router() {
  http::Router router;
  auto handler = [](const http::Request& request) -> Result<http::Response> {
    SB_TRY(fields, request.form());
    return http::Response::text(200, std::to_string(fields.size()));
  };
  router.add({.method = "POST",
              .pattern = "/form",
              .least = http::Role::anonymous,
              .handler = handler,
              .cross_origin = true});
  router.add({.method = "GET",
              .pattern = "/sku/{sku}",
              .least = http::Role::readonly,
              .handler = handler});
  router.add({.method = "GET",
              .pattern = "/files/{rest*}",
              .least = http::Role::anonymous,
              .handler = handler});
  return router;
}

// Feeds the bytes in pieces of `step`; what was read of head and body.
std::string read(std::string_view input, std::size_t step, http::Exchange& exchange) {
  std::string body;
  http::RequestParser parser(exchange, 16 * 1024);
  parser.set_sink([&](std::string_view piece) {
    body += piece;
    return body.size() <= 64 * 1024;
  });
  std::string buffer;
  boost::beast::error_code error;
  while (!error && !parser.is_done()) {
    auto used = buffer.empty() ? 0 : parser.put(boost::asio::buffer(buffer), error);
    buffer.erase(0, used);
    if (error == boost::beast::http::error::need_more) error = {};
    if (error || parser.is_done() || used > 0) continue;
    if (input.empty()) break;
    buffer += input.substr(0, step);
    input.remove_prefix(std::min(step, input.size()));
  }
  return (parser.is_header_done() ? "head " : "") + error.message() + body;
}

}  // namespace

FUZZ_TARGET(http_request) {
  static const auto router = make_router();
  static const http::Authenticate anybody =
      [](const http::Request& request) -> Result<http::Principal> {
    auto session = request.cookie("session");
    return http::Principal{session.empty() ? http::Role::anonymous : http::Role::readonly, session};
  };
  static const http::ServerOptions options;
  static const http::Dispatcher dispatcher(router, anybody, options);
  http::Exchange exchange, bytewise;
  const auto whole = read(input, input.size() + 1, exchange);
  REQUIRE(whole.starts_with("head ") == read(input, 7, bytewise).starts_with("head "));
  if (!whole.starts_with("head ")) return;
  REQUIRE(exchange.target == bytewise.target &&
          exchange.request.headers == bytewise.request.headers);
  dispatcher.begin(exchange);
  auto response = dispatcher.route(exchange);
  if (!response) response = dispatcher.admit(exchange);
  if (!response) response = dispatcher.handle(exchange);
  dispatcher.finish(exchange, *response);
  REQUIRE(response->status >= 200 && response->status < 600 && response->status != 500);
  for (const auto& [name, value] : response->headers)
    REQUIRE((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
}
