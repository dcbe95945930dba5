// An HTTP server that plays a peer in module tests: every request goes to one function and is kept.
// Thread-safe; listens while it lives.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "platform/http/server.h"

namespace stockbell::testing {

class ScriptedServer {
 public:
  using Reply = std::function<http::Response(const http::Request&)>;

  explicit ScriptedServer(Reply reply) : reply_(std::move(reply)) {
    char name[] = "/tmp/stockbell_peer_XXXXXX";
    directory_ = ::mkdtemp(name);
    start();
  }
  ~ScriptedServer() {
    stop();
    std::filesystem::remove_all(directory_);
  }
  // Goes away and comes back at the same port.
  void stop() {
    if (server_) server_->stop();
    server_.reset();
  }
  void start() {
    http::Router router;
    for (const char* method : {"GET", "POST", "PATCH", "PUT", "DELETE"}) {
      http::Route route;
      route.method = method;
      route.pattern = "/{rest*}";
      route.least = http::Role::anonymous;
      route.body_limit = 8 << 20;
      route.handler = [this](const http::Request& request) -> Result<http::Response> {
        std::lock_guard lock(mutex_);
        seen_.push_back(request);
        return reply_(request);
      };
      router.add(std::move(route));
    }
    http::ServerOptions options;
    options.listen = "127.0.0.1:" + std::to_string(port_);
    options.workers = 4;
    options.spool_dir = directory_;
    server_ = std::make_unique<http::Server>(
        options, std::move(router),
        [](const http::Request&) -> Result<http::Principal> { return http::Principal{}; });
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
    port_ = server_->port();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // What came so far, as "METHOD path".
  std::vector<std::string> calls() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const auto& request : seen_) lines.push_back(request.method + " " + request.path);
    return lines;
  }
  std::vector<http::Request> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  std::size_t count(const std::string& call) const {
    const auto all = calls();
    return static_cast<std::size_t>(std::ranges::count(all, call));
  }
  void forget() {
    std::lock_guard lock(mutex_);
    seen_.clear();
  }

 private:
  Reply reply_;
  std::filesystem::path directory_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<http::Request> seen_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace stockbell::testing
