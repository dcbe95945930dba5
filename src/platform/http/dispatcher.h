// From a request's head to its answer, without sockets: routing, CORS, roles, the one catch around
// handlers, default headers. Used by Session. Thread-safe: const after construction.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/http/http.h"
#include "platform/http/server.h"

namespace stockbell::http {

// One request on its way. `target` and `version` come from the parser, the rest is filled by the
// dispatcher.
struct Exchange {
  Request request;
  std::string target;
  int version = 11;
  std::optional<std::uint64_t> content_length;
  const RefusalRenderer* renderer = nullptr;  // of the path, once it is known
  const Route* route = nullptr;
  std::string id;  // X-Request-Id
};

class Dispatcher {
 public:
  Dispatcher(const Router& router, const Authenticate& authenticate, const ServerOptions& options);

  // Reads the head: finds the route, or gives the answer that needs no handler (400, 404, 405, 413,
  // 414, 431, OPTIONS).
  std::optional<Response> route(Exchange& exchange) const;
  // Finds out who asks; the answer when they may not. Calls Authenticate: for worker threads.
  std::optional<Response> admit(Exchange& exchange) const;
  // Calls the handler. For worker threads.
  Response handle(const Exchange& exchange) const;
  // Whether the route's prompt handler may be asked: it is public, and nobody claims to be someone.
  bool may_prompt(const Exchange& exchange) const;
  // What became of a handler's call, or of a prompt one's reply.
  Response answer(const Exchange& exchange, Result<Response> outcome) const;
  // A refusal in the form of the path's surface.
  Response refuse(const Exchange& exchange, const Error& error) const;
  Response refuse(const Exchange& exchange, const Error& error, int status,
                  const std::vector<std::string>& allowed = {}) const;
  // Security, CORS and cache headers that the handler left open, the request id, and the log's
  // line.
  void finish(const Exchange& exchange, Response& response) const;
  void begin(Exchange& exchange) const;  // gives it its id

 private:
  std::optional<Response> find_route(Exchange& exchange, const std::string& wire_path) const;
  std::optional<Response> preflight(const Exchange& exchange, const std::string& path,
                                    const Router::Match& found) const;
  void show_refusal(const Exchange& exchange, Response& response) const;
  const Router& router_;
  const Authenticate& authenticate_;
  const ServerOptions& options_;
  std::string run_;  // first part of request ids, differs with each start
  mutable std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace stockbell::http
