// A TCP connection with deadlines, in clear or under TLS. Used by smtp::Connection alone; belongs
// to one thread. Sockets do not block: every wait is a poll() that ends at the deadline. No signal
// is raised by a peer that went away.
#pragma once
#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/smtp/target.h"

namespace stockbell::smtp {

using Deadline = std::chrono::steady_clock::time_point;

// The trust store and TLS settings, made once and shared by all connections of a client.
Result<std::shared_ptr<SSL_CTX>> make_tls_context(const Target& target);

class Transport {
 public:
  // Tries every address of the host. Errors: unavailable, "smtp-connect-failed" or "smtp-timeout".
  static Result<std::unique_ptr<Transport>> connect(const std::string& host, int port,
                                                    Deadline deadline);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // From here on TLS 1.2 or later; checks the certificate against host when verify. Error:
  // unavailable, "smtp-tls-failed".
  Result<> start_tls(SSL_CTX& context, const std::string& host, bool verify, Deadline deadline);
  bool is_encrypted() const { return ssl_ != nullptr; }

  // An error of write() means that the last byte has not left.
  Result<> write(std::string_view bytes, Deadline deadline);
  // At least one byte; error "smtp-closed" at the end of the stream.
  Result<std::string> read(Deadline deadline);
  // Whether something (a reply nobody asked for, or the end) is there to read while the peer should
  // be silent.
  bool has_unexpected_input() const;

 private:
  explicit Transport(int fd) : fd_(fd) {}
  Result<> wait(short events, Deadline deadline);
  Result<> send_all(std::string_view bytes, Deadline deadline);
  Result<std::string> receive(Deadline deadline);
  Result<> flush_tls(Deadline deadline);
  Result<> feed_tls(Deadline deadline);

  int fd_;
  SSL* ssl_ = nullptr;  // with memory BIOs: OpenSSL never touches the socket
};

}  // namespace stockbell::smtp
