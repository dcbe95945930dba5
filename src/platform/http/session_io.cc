// A session's dealings with its socket, its workers and its files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "platform/http/response_head.h"
#include "platform/http/session.h"
#include "platform/log/log.h"

namespace stockbell::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kLingerBytes = 4 * 1024 * 1024;

}  // namespace

Task<bool> Session::handshake() {
  error_code error;
  Await await;
  auto token = asio::redirect_error(await, error);
  idle_ = true;  // so that stop() need not wait for it
  co_await tls_->async_handshake(asio::ssl::stream_base::server, token);
  idle_ = false;
  co_return !error;
}

// Runs `work` on a worker thread and comes back to this one. The frames of coroutines never change
// threads.
Task<> Session::on_worker(std::function<void()>& work) {
  allow_forever();
  auto initiate = [](auto handler, WorkerPool* workers, std::function<void()>* job) {
    auto executor = asio::get_associated_executor(handler);
    WorkerPool::Job step = [job, executor, done = std::move(handler)]() mutable {
      (*job)();
      asio::post(executor, std::move(done));
    };
    workers->push(std::move(step));
  };
  Await token;
  co_await asio::async_initiate<Await, void()>(initiate, token, &shared_.workers, &work);
}

void Inbox::push(Item item) {
  bool first;
  {
    std::lock_guard lock(mutex_);
    first = items_.empty();
    items_.push_back(std::move(item));
  }
  if (first) asio::post(io_, [this] { empty(); });
}

void Inbox::empty() {
  std::vector<Item> items;
  {
    std::lock_guard lock(mutex_);
    items.swap(items_);
  }
  for (auto& item : items) item();
}

Task<std::optional<Response>> Session::prompt(const Exchange& exchange) {
  allow_forever();
  std::optional<Result<Response>> outcome;
  auto initiate = [](auto handler, Loop* loop, const Exchange* asked,
                     std::optional<Result<Response>>* answer) {
    // The coroutine goes on by way of the loop, also when the answer is there at once.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    auto take = [loop, resume, answer](Result<Response> given) {
      auto item = [resume, answer, kept = std::move(given)]() mutable {
        answer->emplace(std::move(kept));
        std::move(*resume)();
      };
      loop->inbox.push(std::move(item));
    };
    Reply reply(take);
    bool taken = false;
    try {
      taken = asked->route->prompt(asked->request, reply);
    } catch (const std::exception& error) {
      log::error("http-handler-threw", {{"request", asked->id}, {"what", error.what()}});
      return;  // the reply answers by itself
    }
    if (taken) return;
    reply.leave();
    loop->inbox.push([resume] { std::move(*resume)(); });
  };
  Await token;
  co_await asio::async_initiate<Await, void()>(initiate, token, &loop_, &exchange, &outcome);
  if (!outcome) co_return std::nullopt;
  co_return shared_.dispatcher.answer(exchange, std::move(*outcome));
}

Task<std::size_t> Session::read_some() {
  auto old = buffer_.size();
  // Not cleared first: it is overwritten, and what is not is cut off again.
  buffer_.resize_and_overwrite(old + kReadBytes, [](char*, std::size_t size) { return size; });
  auto space = asio::buffer(buffer_.data() + old, kReadBytes);
  error_code error;
  Await await;
  auto token = asio::redirect_error(await, error);
  std::size_t got = 0;
  if (tls_)
    got = co_await tls_->async_read_some(space, token);
  else
    got = co_await socket_.async_read_some(space, token);
  buffer_.resize(old + got);
  co_return error ? 0 : got;
}

Task<bool> Session::write(std::string_view bytes) {
  auto time =
      std::chrono::milliseconds(static_cast<std::int64_t>(bytes.size()) / kSlowestBytesPerMs);
  allow(shared_.options.body_timeout + time);
  error_code error;
  Await await;
  auto token = asio::redirect_error(await, error);
  auto source = asio::buffer(bytes.data(), bytes.size());
  if (tls_)
    co_await asio::async_write(*tls_, source, token);
  else
    co_await asio::async_write(socket_, source, token);
  co_return !error;
}

Task<bool> Session::send(const Exchange& exchange, Response& response, bool keep_alive) {
  std::uint64_t length = response.body.size();
  int fd = -1;
  if (!response.file.empty()) {
    struct stat status{};
    fd = ::open(response.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
      if (fd >= 0) ::close(fd);
      fd = -1;
      Error missing{ErrorCode::not_found, "not-found", "there is nothing at this path", ""};
      response = shared_.dispatcher.refuse(exchange, missing);
      length = response.body.size();
    } else {
      length = static_cast<std::uint64_t>(status.st_size);
    }
  }
  shared_.dispatcher.finish(exchange, response);
  if (fd < 0) length = response.body.size();  // a refusal may have become a page
  bool body = has_body(response.status) && exchange.request.method != "HEAD";
  std::string bytes = write_head(response, length, keep_alive);
  if (body && fd < 0) bytes += response.body;
  bool sent = co_await write(bytes);
  if (sent && body && fd >= 0) sent = co_await send_file(fd, length);
  if (fd >= 0) ::close(fd);
  co_return sent;
}

Task<bool> Session::send_file(int fd, std::uint64_t length) {
  std::string piece(64 * 1024, '\0');
  while (length > 0) {
    auto want = std::min<std::uint64_t>(length, piece.size());
    auto got = ::read(fd, piece.data(), want);
    if (got <= 0) co_return false;  // shorter than promised: only closing tells the client
    std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    bool sent = co_await write(bytes);
    if (!sent) co_return false;
    length -= static_cast<std::uint64_t>(got);
  }
  co_return true;
}

// Closing with unread bytes resets the connection, and the client would not see the refusal: so
// read on for a while.
Task<> Session::close(bool linger) {
  error_code error;
  if (!socket_.is_open()) co_return;
  late_ = false;
  allow(std::chrono::seconds(2));
  if (tls_) {
    Await await;
    auto token = asio::redirect_error(await, error);
    if (!linger) co_await tls_->async_shutdown(token);
  }
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::size_t received = 0;
  while (linger && !late_ && received < kLingerBytes) {
    buffer_.clear();
    auto got = co_await read_some();
    if (got == 0) break;
    received += got;
  }
  socket_.close(error);
}

}  // namespace stockbell::http
