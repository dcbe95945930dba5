// One SMTP session (RFC 5321): greeting, EHLO, STARTTLS, AUTH, then any number of messages. Used by
// channels/email and `stockbell check`. Synchronous; a Connection belongs to one thread, a Client
// may be shared.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/smtp/reply.h"
#include "platform/smtp/target.h"
#include "platform/smtp/transport.h"

namespace stockbell::smtp {

struct Timeouts {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds reply{60'000};
  std::chrono::milliseconds data{300'000};  // the message's bytes and the final reply
};

struct Envelope {
  std::string return_path;  // "" is <>
  std::string recipient;
};

enum class Fate {
  accepted,   // the final 250
  temporary,  // 4xx
  permanent,  // 5xx, or it cannot be sent to this server at all (code 0)
  lost,       // the connection ended before the message's last byte left: surely not accepted
  in_doubt,   // it ended after the last byte left, before the final reply (RFC 1047)
  withdrawn,  // the caller no longer wanted it
};

struct Outcome {
  Fate fate = Fate::lost;
  int code = 0;
  std::string text;  // the server's reply or our reason; may hold addresses
};

class Connection {
 public:
  // `wanted` is asked before the envelope and again right before the content leaves. No after the
  // envelope closes the connection, as SMTP has no other way to take DATA back.
  Outcome send(const Envelope& envelope, std::string_view message,
               const std::function<bool()>& wanted);

  bool is_usable() const;  // false after an error, a 421, or when the server hung up meanwhile
  int accepted() const { return accepted_; }
  bool is_encrypted() const { return transport_->is_encrypted(); }
  void quit();  // polite end; never waits longer than two seconds

 private:
  friend class Client;
  Connection(std::unique_ptr<Transport> transport, Timeouts timeouts)
      : transport_(std::move(transport)), timeouts_(timeouts) {}

  Result<> open(const Target& target, const std::string& hello_name, SSL_CTX* tls);
  Result<> hello(const std::string& name);
  Result<> secure(const Target& target, const std::string& hello_name, SSL_CTX& tls);
  Result<> log_in(const Target& target);
  Result<Reply> read_reply(Deadline deadline);
  Result<Reply> command(std::string_view line);
  Result<Reply> envelope_replies(const Envelope& envelope, std::size_t size, bool utf8, bool eight);
  std::string refusal(const Envelope& envelope, std::string_view message) const;
  Outcome ended(Fate fate, const Error& error);
  Outcome replied(const Reply& reply);

  std::unique_ptr<Transport> transport_;
  Timeouts timeouts_;
  ReplyReader reader_;
  bool broken_ = false, needs_reset_ = false, mail_stage_ = false;
  bool pipelining_ = false, eight_bit_ = false, utf8_ = false, starttls_ = false, sizes_ = false;
  bool plain_ = false, login_ = false;
  std::size_t max_size_ = 0;  // 0: no limit known
  int accepted_ = 0;
};

class Client {
 public:
  // Errors: invalid, "smtp-ca-unreadable".
  static Result<Client> create(Target target, std::string hello_name, Timeouts timeouts = {});
  // A session ready for messages. Errors: unavailable, "smtp-connect-failed", "smtp-timeout",
  // "smtp-tls-failed", "smtp-greeting", "smtp-auth-failed", "smtp-closed", "smtp-protocol".
  Result<std::unique_ptr<Connection>> connect() const;

 private:
  Client() = default;
  Target target_;
  std::string hello_name_;
  Timeouts timeouts_;
  std::shared_ptr<SSL_CTX> tls_;
};

}  // namespace stockbell::smtp
