// One connection: reads requests in order, answers each before the next. Asio and Beast live here
// and in server.cc only. All of a session runs on its loop's thread; handlers run on workers in
// between. Private to the server.
//
// g++ 12 destroys some temporaries twice in a statement with co_await: name lambdas and aggregates
// first.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <unordered_set>

#include "platform/http/dispatcher.h"
#include "platform/http/worker_pool.h"

namespace stockbell::http {

namespace asio = boost::asio;
using IoExecutor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, IoExecutor>;
template <class T = void>
using Task = asio::awaitable<T, IoExecutor>;
using Await = asio::use_awaitable_t<IoExecutor>;

class RequestParser;
class Session;

inline constexpr std::size_t kReadBytes = 16 * 1024;
inline constexpr std::int64_t kSlowestBytesPerMs =
    16;  // below 16 KiB/s a client is not slow but hostile

// What the sessions of a server share.
struct Shared {
  const ServerOptions& options;
  const Dispatcher& dispatcher;
  WorkerPool& workers;
  std::atomic<std::size_t> connections = 0;
};

// Answers from other threads on their way to a loop: one wake-up for all that come together.
class Inbox {
 public:
  using Item = std::move_only_function<void()>;
  explicit Inbox(asio::io_context& io) : io_(io) {}
  void push(Item item);  // any thread; the loop's thread calls it

 private:
  void empty();

  asio::io_context& io_;
  std::mutex mutex_;
  std::vector<Item> items_;
};

// One thread of Asio with its sessions; a timer looks after their deadlines.
struct Loop {
  asio::io_context io{1};
  Inbox inbox{io};
  std::unordered_set<Session*> sessions;
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, IoExecutor>
      sweep{io};
  bool stopping = false;
};

class Session {
 public:
  Session(Shared& shared, Loop& loop, Socket socket, asio::ssl::context* tls);  // null: plain
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  static Task<> run(std::shared_ptr<Session> self);
  void check_deadline(std::chrono::steady_clock::time_point now);
  void stop_if_idle();
  void cut();  // ends it at once

 private:
  enum class Head { complete, refused, closed };

  Task<bool> handshake();
  Task<bool> serve();  // one request; whether another may follow
  Task<Head> read_head(RequestParser& parser, Response& refusal);
  Task<std::optional<Response>> read_body(const Exchange& exchange, RequestParser& parser);
  Task<> on_worker(std::function<void()>& work);
  // Asks the route's prompt handler; empty when it leaves the request to the workers.
  Task<std::optional<Response>> prompt(const Exchange& exchange);
  Task<std::size_t> read_some();  // appends to buffer_; 0: closed, failed or out of time
  Task<bool> write(std::string_view bytes);
  Task<bool> send(const Exchange& exchange, Response& response, bool keep_alive);
  Task<bool> send_file(int fd, std::uint64_t length);
  Task<> close(bool linger);
  void allow(std::chrono::milliseconds time);
  void allow_forever();

  Shared& shared_;
  Loop& loop_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  std::string buffer_;  // received, not yet parsed
  std::string client_address_;
  std::chrono::steady_clock::time_point deadline_;
  bool late_ = false;
  bool idle_ = false;
  bool unread_ = false;  // the client may still be sending
};

}  // namespace stockbell::http
