#include "intake/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace stockbell::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void give_up(const char* why) {
  std::perror(why);
  std::exit(1);
}

struct Connection {
  int socket = -1;
  bool waiting = false;  // for an answer
  Clock::time_point due{};
  std::string received;
};

class Load {
 public:
  explicit Load(const LoadPlan& plan) : plan_(plan), epoll_(epoll_create1(0)) {
    connections_.resize(static_cast<std::size_t>(plan.connections));
    for (std::size_t i = 0; i < connections_.size(); ++i) connect(i);
    latencies_.reserve(plan.requests ? plan.requests : 1 << 20);
  }
  ~Load() {
    for (auto& one : connections_) ::close(one.socket);
    ::close(epoll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  LoadResult run() {
    begin_ = last_ = Clock::now();
    end_ = plan_.seconds > 0
               ? begin_ + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(plan_.seconds))
               : Clock::time_point::max();
    for (std::size_t i = 0; i < connections_.size(); ++i) idle_.push_back(i);
    send_due();
    std::vector<epoll_event> events(256);
    while (in_flight_ > 0 || more()) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   plan_.rate > 0 ? 0 : 1000);
      for (int i = 0; i < count; ++i) receive(events[static_cast<std::size_t>(i)].data.u64);
      send_due();
    }
    result_.seconds = std::chrono::duration<double>(last_ - begin_).count();
    if (!latencies_.empty()) {
      std::ranges::sort(latencies_);
      const auto at = [&](double part) {
        return latencies_[static_cast<std::size_t>(part *
                                                   static_cast<double>(latencies_.size() - 1))] /
               1000.0;
      };
      result_.p50_ms = at(0.5);
      result_.p99_ms = at(0.99);
      result_.worst_ms = at(1);
    }
    return result_;
  }

 private:
  void connect(std::size_t index) {
    auto& one = connections_[index];
    one.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(plan_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(one.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      give_up("bench intake: connecting");
    int yes = 1;
    setsockopt(one.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(one.socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, one.socket, &event);
  }
  bool more() const {
    return (plan_.requests == 0 || next_ < plan_.requests) && Clock::now() < end_;
  }
  void send_due() {
    while (!idle_.empty() && more()) {
      auto due = Clock::now();
      if (plan_.rate > 0) {
        const auto planned = begin_ + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(
                                              static_cast<double>(next_) / plan_.rate));
        if (planned > due) return;
        due = planned;
      }
      auto& one = connections_[idle_.back()];
      idle_.pop_back();
      plan_.compose(next_++, out_);
      if (::send(one.socket, out_.data(), out_.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(out_.size()))
        give_up("bench intake: sending");
      one.due = due;
      one.waiting = true;
      ++in_flight_;
    }
  }
  void receive(std::size_t index) {
    auto& one = connections_[index];
    char piece[4096];
    const auto got = ::recv(one.socket, piece, sizeof piece, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      if (one.waiting) {
        ++result_.failed;
        --in_flight_;
      }
      ::close(one.socket);
      one = {};
      connect(index);
      idle_.push_back(index);
      return;
    }
    one.received.append(piece, static_cast<std::size_t>(got));
    const auto head = one.received.find("\r\n\r\n");
    if (head == std::string::npos) return;
    auto length = one.received.find("Content-Length: ");
    if (length == std::string::npos) length = one.received.find("content-length: ");
    const auto body = length == std::string::npos
                          ? 0UL
                          : std::strtoul(one.received.c_str() + length + 16, nullptr, 10);
    if (one.received.size() < head + 4 + body) return;
    const int status = std::atoi(one.received.c_str() + 9);
    last_ = Clock::now();
    if (status == plan_.accepted_status) {
      ++result_.accepted;
      latencies_.push_back(static_cast<float>(
          std::chrono::duration<double, std::micro>(last_ - one.due).count()));
    } else if (status == 503) {
      ++result_.busy;
    } else {
      if (result_.failed++ == 0) std::fprintf(stderr, "%s\n", one.received.c_str());
    }
    one.received.clear();
    one.waiting = false;
    --in_flight_;
    idle_.push_back(index);
  }

  const LoadPlan& plan_;
  int epoll_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> idle_;
  std::vector<float> latencies_;  // microseconds
  Clock::time_point begin_, end_, last_;
  std::uint64_t next_ = 0, in_flight_ = 0;
  LoadResult result_;
  std::string out_;
};

std::uint64_t mixed(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

LoadResult run_load(const LoadPlan& plan) { return Load(plan).run(); }

Shoppers::Request Shoppers::request(std::uint64_t index) const {
  const auto word = mixed(seed * 1'000'000'007ULL + index);
  const bool known = index > 0 && word % 5 == 0;
  const auto person = known ? (word >> 8) % index : index;
  const bool hot = (word >> 40) % 5 == 0;
  const auto item = hot ? (word >> 44) % 100 : (word >> 44) % static_cast<std::uint64_t>(skus);
  char email[64], sku[16];
  std::snprintf(email, sizeof email, "s%llx.p%llx@mail%llu.example",
                static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(mixed(person ^ seed) & 0xffffffffffULL),
                static_cast<unsigned long long>(person % 97));
  std::snprintf(sku, sizeof sku, "SKU-%06llu", static_cast<unsigned long long>(item));
  return {email, sku};
}

void compose_request(const Shoppers& shoppers, const std::string& path, std::uint64_t index,
                     std::string& out) {
  const auto request = shoppers.request(index);
  char body[512];
  const int length = std::snprintf(
      body, sizeof body,
      R"({"sku":"%s","email":"%s","first_name":"Ada","last_name":"Lovelace","locale":"en-GB",)"
      R"("consent_version":"2026-05","page_url":"https://shop.example/p/%s"})",
      request.sku.c_str(), request.email.c_str(), request.sku.c_str());
  out = "POST " + path + " HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\nAccept: */*\r\n"
        "Origin: https://shop.example\r\nReferer: https://shop.example/p/";
  out += request.sku;
  // As behind a proxy: every shopper has a network of their own.
  const auto network = mixed(index ^ shoppers.seed << 32);
  char address[32];
  std::snprintf(address, sizeof address, "%u.%u.%u.%u",
                static_cast<unsigned>(1 + network % 9), static_cast<unsigned>(network >> 8 & 255),
                static_cast<unsigned>(network >> 16 & 255), static_cast<unsigned>(network >> 24 & 255));
  out.append("\r\nX-Forwarded-For: ").append(address);
  out += "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  out.append(body, static_cast<std::size_t>(length));
}

}  // namespace stockbell::bench
