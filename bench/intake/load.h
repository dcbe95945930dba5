// A load of its own for an HTTP endpoint: keep-alive connections on one thread, one request each at
// a time, closed loop (as fast as answers come) or open loop (at a rate, however slow the answers).
// Latency in the open loop counts from the moment the request was due. Used by the intake
// benchmark; not thread-safe.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace stockbell::bench {

struct LoadPlan {
  int port = 0;
  int connections = 32;
  std::uint64_t requests = 0;   // 0: as many as `seconds` allow
  double seconds = 0;           // 0: until all are answered
  double rate = 0;              // > 0: open loop, requests a second
  int accepted_status = 202;
  std::function<void(std::uint64_t index, std::string& out)> compose;  // a whole HTTP request
};

struct LoadResult {
  std::uint64_t accepted = 0, busy = 0, failed = 0;  // busy: 503
  double seconds = 0;                                // first request to last answer
  double p50_ms = 0, p99_ms = 0, worst_ms = 0;
};

LoadResult run_load(const LoadPlan& plan);

// The shoppers: four of five ask from a new mailbox, a fifth of the requests is for the hundred
// best-wanted items of `skus`. The same index and seed give the same request.
struct Shoppers {
  std::uint64_t seed = 1;
  int skus = 50'000;
  struct Request {
    std::string email, sku;
  };
  Request request(std::uint64_t index) const;
};

// An HTTP POST of a shopper's request.
void compose_request(const Shoppers& shoppers, const std::string& path, std::uint64_t index,
                     std::string& out);

}  // namespace stockbell::bench
