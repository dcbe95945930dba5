#include "platform/http/session.h"

#include <boost/asio/buffer.hpp>

#include "platform/http/body_spool.h"
#include "platform/http/request_parser.h"

namespace stockbell::http {
namespace {

using Clock = std::chrono::steady_clock;
using boost::system::error_code;
namespace beast_http = boost::beast::http;

int status_of_parser(const error_code& error) {
  if (error == beast_http::error::header_limit) return 431;
  return error == beast_http::error::bad_version ? 505 : 400;
}

Error parser_error(const error_code& error) {
  return {ErrorCode::invalid, "http-malformed", "not an HTTP/1.1 request: " + error.message(), ""};
}

Error late_error() {
  return {ErrorCode::invalid, "request-timeout", "the request did not arrive in time", ""};
}

std::string address_text(const Socket& socket) {
  error_code error;
  auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

Session::Session(Shared& shared, Loop& loop, Socket socket, asio::ssl::context* tls)
    : shared_(shared), loop_(loop), socket_(std::move(socket)) {
  if (tls != nullptr) tls_.emplace(socket_, *tls);
  client_address_ = address_text(socket_);
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  allow(shared_.options.header_timeout);
  loop_.sessions.insert(this);
  ++shared_.connections;
}

Session::~Session() {
  loop_.sessions.erase(this);
  --shared_.connections;
}

void Session::allow(std::chrono::milliseconds time) { deadline_ = Clock::now() + time; }
void Session::allow_forever() { deadline_ = Clock::time_point::max(); }

void Session::check_deadline(Clock::time_point now) {
  if (now < deadline_) return;
  late_ = true;
  allow_forever();
  error_code ignored;
  socket_.cancel(ignored);
}

void Session::stop_if_idle() {
  if (idle_) cut();
}

void Session::cut() {
  late_ = true;
  error_code ignored;
  socket_.cancel(ignored);
  socket_.close(ignored);
}

Task<> Session::run(std::shared_ptr<Session> self) {
  bool open = true;
  if (self->tls_) open = co_await self->handshake();
  while (open) open = co_await self->serve();
  bool linger = self->unread_ || !self->buffer_.empty();
  co_await self->close(linger);
}

Task<bool> Session::serve() {
  Exchange exchange;
  shared_.dispatcher.begin(exchange);
  exchange.request.client_address = client_address_;
  exchange.request.secure = tls_.has_value();
  RequestParser parser(exchange, shared_.options.max_header_bytes);
  Response response;
  auto head = co_await read_head(parser, response);
  if (head == Head::closed) co_return false;
  if (head == Head::refused) {
    unread_ = true;
    co_await send(exchange, response, false);
    co_return false;
  }
  if (!shared_.options.proxies.empty())
    exchange.request.client_address =
        shared_.options.proxies.client_of(exchange.request, client_address_);
  if (parser.content_length()) exchange.content_length = *parser.content_length();
  bool body_follows = !parser.is_done();
  auto early = shared_.dispatcher.route(exchange);
  std::function<void()> admit = [&] { early = shared_.dispatcher.admit(exchange); };
  const bool prompt_route = !early && shared_.dispatcher.may_prompt(exchange);  // nobody to find out about
  if (!early && body_follows && !prompt_route) co_await on_worker(admit);
  std::optional<BodySpool> spool;
  if (!early) {
    spool.emplace(*exchange.route, exchange.request, shared_.options.spool_dir);
    if (auto opened = spool->open(); !opened)
      early = shared_.dispatcher.refuse(exchange, opened.error());
  }
  // Answered without the body, or not understood for sure: the connection cannot go on.
  if (early && (body_follows || early->status == 400 || early->status == 501)) {
    unread_ = true;
    co_await send(exchange, *early, false);
    co_return false;
  }
  if (!early && body_follows) {
    std::string expect = exchange.request.header("Expect");
    if (!expect.empty() && buffer_.empty()) co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    RequestParser::BodySink sink = [&spool](std::string_view piece) { return spool->take(piece); };
    parser.set_sink(std::move(sink));
    early = co_await read_body(exchange, parser);
    if (early && !spool->failure().message.empty())
      early = shared_.dispatcher.refuse(exchange, spool->failure());
    if (early) {
      unread_ = true;
      co_await send(exchange, *early, false);
      co_return false;
    }
  }
  std::function<void()> answer = [&] {
    if (!body_follows) early = shared_.dispatcher.admit(exchange);
    if (auto kept = spool->finish(); !kept)
      early = shared_.dispatcher.refuse(exchange, kept.error());
    response = early ? std::move(*early) : shared_.dispatcher.handle(exchange);
  };
  if (!early && shared_.dispatcher.may_prompt(exchange)) early = co_await prompt(exchange);
  if (early)
    response = std::move(*early);
  else
    co_await on_worker(answer);
  bool keep_alive = parser.keep_alive() && !loop_.stopping;
  bool sent = co_await send(exchange, response, keep_alive);
  co_return sent&& keep_alive;
}

Task<Session::Head> Session::read_head(RequestParser& parser, Response& refusal) {
  bool first = true;
  std::size_t size = 0;  // Beast limits single fields, not their sum
  for (;;) {
    if (!buffer_.empty()) {
      if (idle_ || first) allow(shared_.options.header_timeout);
      idle_ = first = false;
      error_code error;
      auto used = parser.put(asio::buffer(buffer_), error);
      buffer_.erase(0, used);
      size += used;
      if (size > shared_.options.max_header_bytes) error = beast_http::error::header_limit;
      if (error && error != beast_http::error::need_more) {
        refusal = problem(parser_error(error), status_of_parser(error));
        co_return Head::refused;
      }
      if (parser.is_header_done()) co_return Head::complete;
    } else {
      idle_ = true;
      if (loop_.stopping) co_return Head::closed;
      allow(shared_.options.idle_timeout);
    }
    auto got = co_await read_some();
    if (got > 0) continue;
    if (late_ && !buffer_.empty() && socket_.is_open()) {
      refusal = problem(late_error(), 408);
      co_return Head::refused;
    }
    co_return Head::closed;
  }
}

Task<std::optional<Response>> Session::read_body(const Exchange& exchange, RequestParser& parser) {
  auto refuse = [&](const error_code& error) {
    return shared_.dispatcher.refuse(exchange, parser_error(error), status_of_parser(error));
  };
  const auto begin = Clock::now() + shared_.options.body_timeout;
  std::int64_t received = 0;
  parser.eager(true);
  while (!parser.is_done()) {
    if (!buffer_.empty()) {
      error_code error;
      auto used = parser.put(asio::buffer(buffer_), error);
      buffer_.erase(0, used);
      if (error && error != beast_http::error::need_more) co_return refuse(error);
      if (used > 0) continue;
      // A chunk's head or a trailer that does not end would otherwise grow without limit.
      if (buffer_.size() > shared_.options.max_header_bytes + kReadBytes)
        co_return refuse(beast_http::error::header_limit);
    }
    deadline_ = begin + std::chrono::milliseconds(received / kSlowestBytesPerMs);
    auto got = co_await read_some();
    // A client that has gone does not see it.
    if (got == 0) co_return shared_.dispatcher.refuse(exchange, late_error(), 408);
    received += static_cast<std::int64_t>(got);
  }
  co_return std::nullopt;
}

}  // namespace stockbell::http
