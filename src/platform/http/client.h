// A synchronous HTTP client for calls to peers (CRM, inventory sources), on libcurl. Thread-safe:
// fetch() opens a connection per call, a Client keeps those it has for the next call.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/http/http.h"

namespace stockbell::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https only; redirects are answers, not followed
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::filesystem::path body_file = {};  // set: this file is the body, streamed
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  // for the whole exchange
  std::size_t response_limit = 8 * 1024 * 1024;                  // bytes of body
  std::string ca_file = {};  // PEM of the authorities to trust instead of the system's
};

// Any complete answer is a value, whatever its status. Errors: unavailable ("http-unreachable", "http-timeout", "http-tls"),
// too_large ("http-response-too-large"), invalid ("http-request-invalid").
Result<Response> fetch(const ClientRequest& request);

class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Result<Response> fetch(const ClientRequest& request);  // as above; any number of threads at once

 private:
  struct Idle;  // connections nobody uses now
  std::unique_ptr<Idle> idle_;
};

}  // namespace stockbell::http
