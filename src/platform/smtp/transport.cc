#include "platform/smtp/transport.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace stockbell::smtp {
namespace {

std::string errno_text(int code) { return std::generic_category().message(code); }

std::unexpected<Error> away(std::string reason, std::string what) {
  return fail(ErrorCode::unavailable, std::move(reason), std::move(what));
}

std::string tls_text(SSL* ssl) {
  if (ssl && SSL_get_verify_result(ssl) != X509_V_OK)
    return X509_verify_cert_error_string(SSL_get_verify_result(ssl));
  auto code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "protocol error";
}

bool is_address(const std::string& host) {
  in6_addr any;
  return inet_pton(AF_INET, host.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

}  // namespace

Result<std::shared_ptr<SSL_CTX>> make_tls_context(const Target& target) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context)
    return fail(ErrorCode::internal, "smtp-tls-failed", "OpenSSL: " + tls_text(nullptr));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (target.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_locations(context.get(), target.ca_file.c_str(), nullptr) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::invalid, "smtp-ca-unreadable", "no certificates in " + target.ca_file);
  }
  return context;
}

Result<std::unique_ptr<Transport>> Transport::connect(const std::string& host, int port,
                                                      Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); code != 0)
    return away("smtp-connect-failed", "mail server's name: " + std::string(gai_strerror(code)));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  Error last{ErrorCode::unavailable, "smtp-connect-failed", "mail server has no address", {}};
  for (auto* at = found; at; at = at->ai_next) {
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    std::unique_ptr<Transport> made(new Transport(fd));
    int error = ::connect(fd, at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      if (auto waited = made->wait(POLLOUT, deadline); !waited) {
        last = std::move(waited).error();
        continue;
      }
      socklen_t size = sizeof error;
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) {
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return made;
    }
    last = {ErrorCode::unavailable, "smtp-connect-failed", "mail server: " + errno_text(error), {}};
  }
  return std::unexpected(last);
}

Transport::~Transport() {
  if (ssl_) SSL_free(ssl_);
  close(fd_);
}

Result<> Transport::wait(short events, Deadline deadline) {
  while (true) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd one{fd_, events, 0};
    int ready = poll(&one, 1, static_cast<int>(std::clamp<long>(left.count(), 0, 1'000'000)));
    if (ready > 0) return {};
    if (ready == 0) return away("smtp-timeout", "mail server did not answer in time");
    if (errno != EINTR) return away("smtp-closed", "poll: " + errno_text(errno));
  }
}

Result<> Transport::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    auto sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      SB_CHECK(wait(POLLOUT, deadline));
    } else if (errno != EINTR) {
      return away("smtp-closed", "mail server closed the connection: " + errno_text(errno));
    }
  }
  return {};
}

Result<std::string> Transport::receive(Deadline deadline) {
  std::array<char, 4096> buffer;
  while (true) {
    auto got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0) return away("smtp-closed", "mail server closed the connection");
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      SB_CHECK(wait(POLLIN, deadline));
    } else if (errno != EINTR) {
      return away("smtp-closed", "mail server closed the connection: " + errno_text(errno));
    }
  }
}

Result<> Transport::flush_tls(Deadline deadline) {
  char* bytes = nullptr;
  auto size = BIO_get_mem_data(SSL_get_wbio(ssl_), &bytes);
  if (size <= 0) return {};
  auto sent = send_all(std::string_view(bytes, static_cast<std::size_t>(size)), deadline);
  (void)BIO_reset(SSL_get_wbio(ssl_));
  return sent;
}

Result<> Transport::feed_tls(Deadline deadline) {
  SB_TRY(bytes, receive(deadline));
  BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
  return {};
}

Result<> Transport::start_tls(SSL_CTX& context, const std::string& host, bool verify,
                              Deadline deadline) {
  ssl_ = SSL_new(&context);
  if (!ssl_) return away("smtp-tls-failed", "OpenSSL: " + tls_text(nullptr));
  SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_);
  if (verify) SSL_set_verify(ssl_, SSL_VERIFY_PEER, nullptr);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
  } else {
    SSL_set1_host(ssl_, host.c_str());
    SSL_set_tlsext_host_name(ssl_, host.c_str());
  }
  while (true) {
    ERR_clear_error();
    int done = SSL_do_handshake(ssl_);
    int why = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, done);
    std::string trouble = why == SSL_ERROR_SSL ? tls_text(verify ? ssl_ : nullptr) : "";
    SB_CHECK(flush_tls(deadline));
    if (done == 1) return {};
    if (why != SSL_ERROR_WANT_READ) return away("smtp-tls-failed", "TLS: " + trouble);
    SB_CHECK(feed_tls(deadline));
  }
}

Result<> Transport::write(std::string_view bytes, Deadline deadline) {
  if (!ssl_) return send_all(bytes, deadline);
  constexpr std::size_t kPiece = 64 * 1024;
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, kPiece);
    ERR_clear_error();
    if (SSL_write(ssl_, piece.data(), static_cast<int>(piece.size())) <= 0)
      return away("smtp-closed", "TLS: " + tls_text(nullptr));
    SB_CHECK(flush_tls(deadline));
    bytes.remove_prefix(piece.size());
  }
  return {};
}

Result<std::string> Transport::read(Deadline deadline) {
  if (!ssl_) return receive(deadline);
  std::array<char, 4096> buffer;
  while (true) {
    ERR_clear_error();
    int got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (got > 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    if (SSL_get_error(ssl_, got) != SSL_ERROR_WANT_READ)
      return away("smtp-closed", "mail server ended TLS");
    SB_CHECK(flush_tls(deadline));
    SB_CHECK(feed_tls(deadline));
  }
}

bool Transport::has_unexpected_input() const {
  // Under TLS a session ticket may be waiting: only the end of the stream counts there.
  char byte;
  auto got = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return ssl_ == nullptr;
  return got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace stockbell::smtp
