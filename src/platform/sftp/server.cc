#include "platform/sftp/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/log/log.h"
#include "platform/sftp/host_key.h"

namespace stockbell::sftp {
namespace {

constexpr int kWatchIntervalMs = 100;

std::string peer_of(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST] = "";
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, nullptr, 0,
                NI_NUMERICHOST);
  return host;
}

int local_port(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

}  // namespace

SftpServer::SftpServer(SftpServerOptions options, const Clock& clock, AccountLookup accounts,
                       OnFile on_file)
    : options_(std::move(options)),
      accounts_(std::move(accounts)),
      on_file_(std::move(on_file)),
      guard_(clock, options_.max_bad_passwords, options_.lock_out),
      sessions_(options_.max_sessions_per_account) {}

Result<> SftpServer::start() {
  SB_CHECK(homes_.open(options_.root, options_.quota_bytes));
  SB_CHECK(prepare_identity());
  SB_CHECK(listen());
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC));
  acceptor_ = std::thread([this] { accept_loop(); });
  return {};
}

void SftpServer::stop() {
  if (!acceptor_.joinable()) return;
  ::eventfd_write(wake_.get(), 1);
  acceptor_.join();
}

Result<Home*> SftpServer::home_of(const std::string& account) {
  AccountLookup::Place place{options_.root, options_.quota_bytes};
  if (accounts_.place) {
    SB_TRY(own, accounts_.place(account));
    place = std::move(own);
  }
  return homes_.open(place.root, place.quota_bytes);
}

Result<> SftpServer::prepare_identity() {
  SB_TRY(key, load_or_create_host_key(options_.host_key_file));
  host_key_ = public_text(key.get());
  bind_.reset(ssh_bind_new());
  bool read_system_files = false;
  ssh_bind_options_set(bind_.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &read_system_files);
  if (ssh_bind_options_set(bind_.get(), SSH_BIND_OPTIONS_IMPORT_KEY, key.get()) != SSH_OK)
    return fail(ErrorCode::invalid, "sftp-host-key", "the SSH library refuses the host key");
  (void)key.release();  // the bind owns it now
  return {};
}

Result<> SftpServer::listen() {
  auto colon = options_.listen.rfind(':');
  auto refused = [&](const char* why) {
    return fail(ErrorCode::invalid, "sftp-listen",
                fmt::format("cannot listen on {}: {}", options_.listen, why));
  };
  if (colon == std::string::npos) return refused("write it as host:port");
  auto host = options_.listen.substr(0, colon), port = options_.listen.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *found = nullptr;
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  if (int error =
          ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found))
    return refused(::gai_strerror(error));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> address(found, ::freeaddrinfo);
  listener_ = Fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener_.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(listener_.get(), SOMAXCONN) != 0)
    return refused(std::strerror(errno));
  port_ = local_port(listener_.get());
  return {};
}

void SftpServer::accept_loop() {
  bool short_of_descriptors = false;
  for (;;) {
    // While accepting fails the listener stays readable: it is left alone for an interval.
    pollfd waits[] = {{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    const bool idle = clients_.empty() && !short_of_descriptors;
    ::poll(waits, short_of_descriptors ? 1 : 2, idle ? -1 : kWatchIntervalMs);
    if (waits[0].revents) break;
    cut_late_and_join_finished();
    short_of_descriptors = !short_of_descriptors && waits[1].revents && !accept_one();
  }
  listener_ = Fd();
  for (auto& client : clients_) client.connection->cut();
  for (auto& client : clients_) client.thread.join();
  clients_.clear();
}

void SftpServer::end_sessions(const std::string& account) {
  std::lock_guard lock(ending_mutex_);
  ending_.insert(account);
}

void SftpServer::cut_late_and_join_finished() {
  std::set<std::string> ending;
  {
    std::lock_guard lock(ending_mutex_);
    ending.swap(ending_);
  }
  for (auto& client : clients_)
    if (client.connection->logged_in() && ending.contains(client.connection->user()))
      client.connection->cut();
  auto now = std::chrono::steady_clock::now();
  for (auto& client : clients_)
    if (client.connection->deadline() < now) client.connection->cut();
  std::erase_if(clients_, [](Client& client) {
    if (!client.connection->finished()) return false;
    client.thread.join();
    return true;
  });
}

// Under a flood of half-open connections the newcomer gets in and the oldest silent one goes.
void SftpServer::make_room() {
  auto silent = [](const Client& client) { return !client.connection->logged_in(); };
  if (std::ranges::count_if(clients_, silent) < options_.max_before_login) return;
  if (auto oldest = std::ranges::find_if(clients_, silent); oldest != clients_.end()) {
    oldest->connection->cut();
    oldest->thread.join();
    clients_.erase(oldest);
  }
}

// False: descriptors or memory have run out, the client waits in the backlog.
bool SftpServer::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Fd fd(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  if (!fd) return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
  make_room();
  if (clients_.size() >= static_cast<std::size_t>(options_.max_connections))
    log::warning("sftp.full", {{"connections", std::to_string(clients_.size())}});
  else
    serve_client(std::move(fd), peer_of(peer, size));
  return true;
}

void SftpServer::serve_client(Fd fd, const std::string& peer) {
  int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Fd wire(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  Connection::Session session(ssh_new());
  long seconds = std::max<long>(1, options_.login_timeout.count() / 1000);
  ssh_options_set(session.get(), SSH_OPTIONS_TIMEOUT, &seconds);
  if (!wire || ssh_bind_accept_fd(bind_.get(), session.get(), fd.release()) != SSH_OK) return;
  Connection::Shared shared{[this](const std::string& account) { return home_of(account); },
                            accounts_,
                            guard_,
                            sessions_,
                            options_.limits,
                            options_.login_timeout,
                            options_.idle_timeout,
                            on_file_};
  auto& client = clients_.emplace_back();
  client.connection =
      std::make_unique<Connection>(std::move(shared), std::move(session), std::move(wire), peer);
  client.thread = std::thread([connection = client.connection.get()] { connection->run(); });
}

}  // namespace stockbell::sftp
