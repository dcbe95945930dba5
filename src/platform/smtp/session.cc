// From connect() to a session that takes messages: greeting, EHLO, STARTTLS, AUTH.
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "platform/smtp/connection.h"

namespace stockbell::smtp {
namespace {

Deadline after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

std::unexpected<Error> refused(std::string reason, const std::string& step, const Reply& reply) {
  return fail(ErrorCode::unavailable, std::move(reason), step + ": " + reply.text());
}

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

Result<Client> Client::create(Target target, std::string hello_name, Timeouts timeouts) {
  Client client;
  SB_TRY(tls, make_tls_context(target));
  auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (hello_name.empty() || std::ranges::any_of(hello_name, odd)) hello_name = "localhost";
  client.target_ = std::move(target);
  client.hello_name_ = std::move(hello_name);
  client.timeouts_ = timeouts;
  client.tls_ = tls;
  return client;
}

Result<std::unique_ptr<Connection>> Client::connect() const {
  SB_TRY(transport, Transport::connect(target_.host, target_.port, after(timeouts_.connect)));
  std::unique_ptr<Connection> connection(new Connection(std::move(transport), timeouts_));
  SB_CHECK(connection->open(target_, hello_name_, tls_.get()));
  return connection;
}

Result<> Connection::open(const Target& target, const std::string& hello_name, SSL_CTX* tls) {
  if (target.tls == Tls::implicit)
    SB_CHECK(transport_->start_tls(*tls, target.host, target.verify, after(timeouts_.connect)));
  SB_TRY(greeting, read_reply(after(timeouts_.reply)));
  if (!greeting.ok()) return refused("smtp-greeting", "greeting", greeting);
  SB_CHECK(hello(hello_name));
  if (target.tls == Tls::required && !starttls_)
    return fail(ErrorCode::unavailable, "smtp-tls-failed", "mail server offers no STARTTLS");
  if (starttls_ && (target.tls == Tls::offered || target.tls == Tls::required))
    SB_CHECK(secure(target, hello_name, *tls));
  return target.user.empty() ? Result<>() : log_in(target);
}

Result<> Connection::hello(const std::string& name) {
  SB_TRY(reply, command("EHLO " + name));
  if (reply.is_permanent()) {
    SB_TRY(old, command("HELO " + name));
    return old.ok() ? Result<>() : refused("smtp-greeting", "HELO", old);
  }
  if (!reply.ok()) return refused("smtp-greeting", "EHLO", reply);
  pipelining_ = eight_bit_ = utf8_ = starttls_ = sizes_ = plain_ = login_ = false;
  max_size_ = 0;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    std::istringstream words(upper(reply.lines[i]));
    std::string keyword, word;
    words >> keyword;
    pipelining_ |= keyword == "PIPELINING";
    eight_bit_ |= keyword == "8BITMIME";
    utf8_ |= keyword == "SMTPUTF8";
    starttls_ |= keyword == "STARTTLS";
    sizes_ |= keyword == "SIZE";
    while (words >> word) {
      if (keyword == "SIZE") std::from_chars(word.data(), word.data() + word.size(), max_size_);
      plain_ |= keyword == "AUTH" && word == "PLAIN";
      login_ |= keyword == "AUTH" && word == "LOGIN";
    }
  }
  return {};
}

Result<> Connection::secure(const Target& target, const std::string& hello_name, SSL_CTX& tls) {
  SB_TRY(reply, command("STARTTLS"));
  if (!reply.ok()) return refused("smtp-tls-failed", "STARTTLS", reply);
  // Whatever came in clear behind the reply was put there by somebody else (CVE-2011-0411).
  if (!reader_.is_empty())
    return fail(ErrorCode::unavailable, "smtp-tls-failed", "bytes in clear after STARTTLS");
  SB_CHECK(transport_->start_tls(tls, target.host, target.verify, after(timeouts_.connect)));
  return hello(hello_name);
}

Result<> Connection::log_in(const Target& target) {
  if (!transport_->is_encrypted() && !is_loopback(target.host))
    return fail(ErrorCode::unavailable, "smtp-auth-failed",
                "the mail server offers no TLS: the password is not sent in clear");
  if (plain_) {
    std::string secret =
        std::string(1, '\0') + target.user + std::string(1, '\0') + target.password;
    SB_TRY(reply, command("AUTH PLAIN " + base64(secret)));
    return reply.code == 235 ? Result<>() : refused("smtp-auth-failed", "AUTH PLAIN", reply);
  }
  if (!login_)
    return fail(ErrorCode::unavailable, "smtp-auth-failed",
                "mail server offers neither AUTH PLAIN nor LOGIN");
  SB_TRY(start, command("AUTH LOGIN"));
  if (start.code != 334) return refused("smtp-auth-failed", "AUTH LOGIN", start);
  SB_TRY(user, command(base64(target.user)));
  if (user.code != 334) return refused("smtp-auth-failed", "AUTH LOGIN", user);
  SB_TRY(password, command(base64(target.password)));
  return password.code == 235 ? Result<>() : refused("smtp-auth-failed", "AUTH LOGIN", password);
}

Result<Reply> Connection::read_reply(Deadline deadline) {
  while (true) {
    SB_TRY(reply, reader_.next());
    if (reply) return *std::move(reply);
    SB_TRY(bytes, transport_->read(deadline));
    reader_.feed(bytes);
  }
}

Result<Reply> Connection::command(std::string_view line) {
  auto deadline = after(timeouts_.reply);
  SB_CHECK(transport_->write(std::string(line) + "\r\n", deadline));
  return read_reply(deadline);
}

void Connection::quit() {
  if (broken_) return;
  broken_ = true;
  auto deadline = after(std::chrono::seconds(2));
  if (transport_->write("QUIT\r\n", deadline)) (void)read_reply(deadline);
}

}  // namespace stockbell::smtp
