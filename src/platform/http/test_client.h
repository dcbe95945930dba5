// For the tests of the server: one on a free port with a few routes, and a client that sends any
// bytes.
#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <sstream>

#include "platform/http/server.h"

namespace stockbell::http {

class RawClient {
 public:
  explicit RawClient(int port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Until the text ends with `end` or the server closes; 10 s at most.
  std::string receive_until(std::string_view end) {
    std::string out;
    char bytes[4096];
    while (end.empty() || !out.ends_with(end)) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, 10'000) <= 0) return out + "<nothing for 10 s>";
      auto got = ::recv(fd_, bytes, sizeof bytes, 0);
      if (got <= 0) break;
      out.append(bytes, static_cast<std::size_t>(got));
    }
    return out;
  }
  std::string receive_all() { return receive_until(""); }

 private:
  int fd_;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    char name[] = "/tmp/stockbell_http_XXXXXX";
    directory_ = ::mkdtemp(name);
    options_.listen = "127.0.0.1:0";
    options_.workers = 4;
    options_.spool_dir = directory_ / "spool";
  }
  ~ServerTest() override {
    if (server_) server_->stop();
    std::filesystem::remove_all(directory_);
  }

  void add(std::string method, std::string pattern, Handler handler, Role least = Role::anonymous) {
    Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.handler = std::move(handler);
    route.least = least;
    add(std::move(route));
  }
  void add(Route route) { router_.add(std::move(route)); }

  void start() {
    add("GET", "/hello",
        [](const Request&) -> Result<Response> { return Response::text(200, "hi"); });
    add("POST", "/echo", [](const Request& request) -> Result<Response> {
      return Response::text(200, request.body);
    });
    Authenticate authenticate = [](const Request& request) -> Result<Principal> {
      auto key = request.header("Authorization");
      if (key == "Bearer admin") return Principal{Role::admin, "boss"};
      if (key == "Bearer intake") return Principal{Role::intake, "shop"};
      if (key == "Bearer narrow") return Principal{Role::anonymous, "shop"};
      return Principal{};
    };
    server_ = std::make_unique<Server>(options_, router_, authenticate);
    auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  // Sends bytes on a new connection and reads until the server closes it.
  std::string exchange(std::string_view bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    return client.receive_all();
  }
  std::string get(const std::string& target, const std::string& headers = "") {
    return exchange("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
                    "\r\n");
  }
  static int status(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
  }
  static std::string body(const std::string& answer) {
    auto end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
  }
  static bool has(const std::string& answer, std::string_view text) {
    return answer.find(text) != std::string::npos;
  }
  std::size_t spooled_files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(options_.spool_dir), {}));
  }

  std::filesystem::path directory_;
  ServerOptions options_;
  Router router_;
  std::unique_ptr<Server> server_;
};

}  // namespace stockbell::http
