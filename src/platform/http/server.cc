#include "platform/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "platform/http/body_spool.h"
#include "platform/http/listen.h"
#include "platform/http/session.h"
#include "platform/log/log.h"

namespace stockbell::http {
namespace {

using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, IoExecutor>;

std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  auto shortest = std::min({options.header_timeout, options.body_timeout, options.idle_timeout});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(10),
                                               std::chrono::seconds(1));
}

int io_threads(const ServerOptions& options) {
  if (options.io_threads > 0) return options.io_threads;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 4);
}

// One listening address; `tls` is null where it is plain.
struct Listener {
  explicit Listener(asio::io_context& io, asio::ssl::context* tls_context)
      : acceptor(io), pause(io), tls(tls_context) {}
  Acceptor acceptor;
  decltype(Loop::sweep) pause;  // before accepting again when file descriptors ran out
  asio::ssl::context* tls;
  int port = 0;
};

// One timer per loop for all deadlines: cheaper by far than one per operation.
void sweep(Loop& loop, std::chrono::milliseconds interval) {
  loop.sweep.expires_after(interval);
  loop.sweep.async_wait([&loop, interval](const error_code& error) {
    if (error) return;
    auto now = std::chrono::steady_clock::now();
    for (auto* session : loop.sessions) session->check_deadline(now);
    sweep(loop, interval);
  });
}

void session_ended(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    log::error("http-session-threw", {{"what", error.what()}});
  }
}

}  // namespace

struct Server::Running {
  Running(const ServerOptions& options, const Router& router, const Authenticate& authenticate,
          std::unique_ptr<asio::ssl::context> tls_context)
      : dispatcher(router, authenticate, options),
        tls(std::move(tls_context)),
        workers(std::make_unique<WorkerPool>(std::max(1, options.workers))),
        shared{options, dispatcher, *workers} {
    for (int i = 0; i < io_threads(options); ++i)
      loops.push_back(std::make_unique<Loop>());
  }

  Result<> listen(const std::string& address, asio::ssl::context* context);
  void run();
  void accept(Listener& listener);
  void adopt(Loop& loop, Socket socket, asio::ssl::context* context);
  void stop();
  bool wait_until_empty(std::chrono::milliseconds time);

  Dispatcher dispatcher;
  std::unique_ptr<asio::ssl::context> tls;
  std::unique_ptr<WorkerPool> workers;
  Shared shared;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Listener>> listeners;  // all on the first loop
  std::size_t turn = 0;
  std::vector<asio::executor_work_guard<IoExecutor>> work;
  std::vector<std::thread> threads;
};

Result<> Server::Running::listen(const std::string& address, asio::ssl::context* context) {
  SB_TRY(endpoint, parse_listen(address));
  auto listener = std::make_unique<Listener>(loops.front()->io, context);
  auto& acceptor = listener->acceptor;
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1024, error);
  if (error)
    return fail(ErrorCode::unavailable, "listen-failed",
                "cannot listen on " + address + ": " + error.message());
  listener->port = acceptor.local_endpoint(error).port();
  listeners.push_back(std::move(listener));
  return {};
}

void Server::Running::run() {
  for (auto& listener : listeners) accept(*listener);
  for (auto& loop : loops) {
    sweep(*loop, sweep_interval(shared.options));
    work.push_back(asio::make_work_guard(loop->io));
    threads.emplace_back([&loop = *loop] { loop.io.run(); });
  }
}

void Server::Running::accept(Listener& listener) {
  Loop& loop = *loops[turn++ % loops.size()];
  listener.acceptor.async_accept(
      loop.io, [this, &loop, &listener](const error_code& error, Socket socket) {
        if (error == asio::error::operation_aborted || !listener.acceptor.is_open()) return;
        if (!error) {
          auto shared_socket = std::make_shared<Socket>(std::move(socket));
          asio::post(loop.io, [this, &loop, &listener, shared_socket] {
            adopt(loop, std::move(*shared_socket), listener.tls);
          });
          return accept(listener);
        }
        log::warning("http-accept-failed", {{"detail", error.message()}});
        listener.pause.expires_after(std::chrono::milliseconds(100));
        listener.pause.async_wait([this, &listener](const error_code& cancelled) {
          if (!cancelled) accept(listener);
        });
      });
}

void Server::Running::adopt(Loop& loop, Socket socket, asio::ssl::context* context) {
  if (loop.stopping) return;
  if (shared.connections >= shared.options.max_connections) {
    // Best effort: nobody waits for a client that was turned away.
    error_code ignored;
    constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    socket.non_blocking(true, ignored);
    if (context == nullptr) socket.write_some(asio::buffer(kBusy), ignored);
    return;
  }
  auto session = std::make_shared<Session>(shared, loop, std::move(socket), context);
  asio::co_spawn(loop.io, Session::run(session), session_ended);
}

bool Server::Running::wait_until_empty(std::chrono::milliseconds time) {
  auto end = std::chrono::steady_clock::now() + time;
  while (shared.connections > 0) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void Server::Running::stop() {
  asio::post(loops.front()->io, [this] {
    error_code ignored;
    for (auto& listener : listeners) {
      listener->acceptor.close(ignored);
      listener->pause.cancel();
    }
  });
  for (auto& loop : loops)
    asio::post(loop->io, [&loop = *loop] {
      loop.stopping = true;
      for (auto* session : loop.sessions) session->stop_if_idle();
    });
  if (!wait_until_empty(shared.options.stop_timeout)) {
    log::warning("http-stop-cuts", {{"connections", std::to_string(shared.connections)}});
    for (auto& loop : loops)
      asio::post(loop->io, [&loop = *loop] {
        for (auto* session : loop.sessions) session->cut();
      });
    // What is left are handlers; they end by themselves, and their sessions after them.
    while (!wait_until_empty(std::chrono::seconds(1))) {
    }
  }
  for (auto& loop : loops) loop->io.stop();
  for (auto& thread : threads) thread.join();
  workers.reset();
}

Server::Server(ServerOptions options, Router router, Authenticate authenticate)
    : options_(std::move(options)),
      router_(std::move(router)),
      authenticate_(std::move(authenticate)) {}

Server::~Server() { stop(); }

Result<> Server::start() {
  SB_CHECK(parse_listen(options_.listen));
  SB_TRY(tls, load_tls(options_));
  if (!options_.spool_dir.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(options_.spool_dir, ignored);
    BodySpool::sweep(options_.spool_dir);
  }
  auto running = std::make_unique<Running>(options_, router_, authenticate_, std::move(tls));
  const bool two = !options_.tls_listen.empty();
  if (two && !running->tls)
    return fail(ErrorCode::invalid, "tls-certificate",
                "listening for TLS on " + options_.tls_listen + " needs a certificate and its key");
  SB_CHECK(running->listen(options_.listen, two ? nullptr : running->tls.get()));
  if (two) SB_CHECK(running->listen(options_.tls_listen, running->tls.get()));
  running_ = std::move(running);
  running_->run();
  return {};
}

int Server::port() const { return running_ ? running_->listeners.front()->port : 0; }
int Server::tls_port() const {
  return running_ && running_->listeners.size() > 1 ? running_->listeners.back()->port : 0;
}

void Server::stop() {
  if (!running_) return;
  running_->stop();
  running_.reset();
}

}  // namespace stockbell::http
