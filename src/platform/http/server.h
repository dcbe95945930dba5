// The HTTP/1.1 server: sockets and TLS on Asio threads, handlers on worker threads. Made and stopped by the application.
// Every limit is refused with problem+json; slow clients are cut off; stop() lets running requests finish.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "platform/http/forwarded.h"
#include "platform/http/http.h"

namespace stockbell::http {

struct ServerOptions {
  std::string listen = "127.0.0.1:8080";  // "host:port", "[::1]:port"; port 0: any free one
  std::string tls_certificate, tls_key;   // PEM files; both set: HTTPS
  std::string tls_listen;                 // a second listener: it alone speaks TLS, `listen` is plain
  int io_threads = 0;  // 0: one a processor, four at most
  int workers = 32;
  std::filesystem::path spool_dir;  // for BodyMode::spooled; leftovers of a killed process are removed at start
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);  // for a whole head
  std::chrono::milliseconds body_timeout = std::chrono::seconds(20);    // plus the time that 16 KiB/s would take
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);    // between requests
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(10);    // how long stop() waits for clients
  std::size_t max_connections = 10'000;
  std::size_t max_header_bytes = 16 * 1024;
  // What a browser is shown instead of a problem document, outside /api/; none: the document. Called from any thread.
  std::function<Response(int status)> refusal_page;
  TrustedProxies proxies;  // in front of this server; whose word on the client's address counts
  // Paths known by other names: from the path as sent (escaped, without query) to the one that is routed and that
  // handlers see. Called from any thread.
  std::function<std::string(std::string_view wire_path)> rewrite_target;
};

// Who sends this request; an error is answered with its problem. Runs on a worker thread.
using Authenticate = std::function<Result<Principal>(const Request&)>;

class Server {
 public:
  Server(ServerOptions options, Router router, Authenticate authenticate);
  ~Server();  // stops
  Result<> start();
  int port() const;      // the one bound, after start()
  int tls_port() const;  // of `tls_listen`; 0: there is none
  void stop();       // graceful; blocks until the last request is answered

 private:
  struct Running;
  ServerOptions options_;
  Router router_;
  Authenticate authenticate_;
  std::unique_ptr<Running> running_;
};

}  // namespace stockbell::http
