// A session's messages: envelope, content, and what became of each.
#include "platform/smtp/connection.h"

namespace stockbell::smtp {
namespace {

Deadline after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

// 5xx to MAIL that speak of the session, not of the message: log in first, say EHLO, TLS first.
bool blames_session(int code) {
  return code == 503 || code == 530 || code == 534 || code == 535 || code == 538;
}

}  // namespace

bool Connection::is_usable() const { return !broken_ && !transport_->has_unexpected_input(); }

Outcome Connection::ended(Fate fate, const Error& error) {
  broken_ = true;
  return {fate, 0, error.message};
}

Outcome Connection::replied(const Reply& reply) {
  needs_reset_ = true;
  if (reply.code == 421) broken_ = true;
  bool never = reply.is_permanent() && !(mail_stage_ && blames_session(reply.code));
  if (reply.is_permanent() && !never) broken_ = true;
  return {never ? Fate::permanent : Fate::temporary, reply.code, reply.text()};
}

std::string Connection::refusal(const Envelope& envelope, std::string_view message) const {
  if (!is_safe_path(envelope.return_path) || !is_safe_path(envelope.recipient) ||
      envelope.recipient.empty())
    return "the address cannot be sent";
  bool utf8_address = has_8bit(envelope.return_path) || has_8bit(envelope.recipient);
  if (utf8_address && !utf8_) return "mail server takes no internationalised addresses (SMTPUTF8)";
  if (has_8bit(message) && !eight_bit_ && !utf8_) return "mail server takes no 8-bit content";
  if (max_size_ && message.size() > max_size_) return "message is larger than the server takes";
  return {};
}

// MAIL, RCPT and DATA in one write when the server pipelines. The first refusal, or DATA's reply.
Result<Reply> Connection::envelope_replies(const Envelope& envelope, std::size_t size, bool utf8,
                                           bool eight) {
  std::string mail = "MAIL FROM:<" + envelope.return_path + ">";
  if (sizes_) mail += " SIZE=" + std::to_string(size);
  if (eight && eight_bit_) mail += " BODY=8BITMIME";
  if (utf8 && utf8_) mail += " SMTPUTF8";
  std::string rcpt = "RCPT TO:<" + envelope.recipient + ">";
  if (!pipelining_) {
    mail_stage_ = true;
    SB_TRY(first, command(mail));
    if (!first.ok()) return first;
    mail_stage_ = false;
    SB_TRY(second, command(rcpt));
    if (!second.ok()) return second;
    return command("DATA");
  }
  auto deadline = after(timeouts_.reply);
  SB_CHECK(transport_->write(mail + "\r\n" + rcpt + "\r\nDATA\r\n", deadline));
  SB_TRY(first, read_reply(deadline));
  if (first.code == 421) return first;
  SB_TRY(second, read_reply(deadline));
  if (second.code == 421) return second;
  SB_TRY(data, read_reply(deadline));
  mail_stage_ = !first.ok();
  if (first.ok() && second.ok()) return data;
  if (data.code == 354) {  // RFC 2920 3.1: an end of data is owed, although nobody will get it
    SB_CHECK(transport_->write(".\r\n", deadline));
    SB_TRY(nobody, read_reply(deadline));
    if (nobody.ok()) broken_ = true;
  }
  return first.ok() ? second : first;
}

Outcome Connection::send(const Envelope& envelope, std::string_view message,
                         const std::function<bool()>& wanted) {
  if (auto why = refusal(envelope, message); !why.empty()) return {Fate::permanent, 0, why};
  if (!wanted()) return {Fate::withdrawn, 0, {}};
  if (needs_reset_) {
    auto reset = command("RSET");
    if (!reset) return ended(Fate::lost, reset.error());
    if (!reset->ok()) {
      broken_ = true;
      return {Fate::lost, reset->code, reset->text()};
    }
    needs_reset_ = false;
  }
  auto data = data_of(message);
  bool eight = has_8bit(message);
  bool utf8 = has_8bit(envelope.return_path) || has_8bit(envelope.recipient) || eight;
  mail_stage_ = false;
  auto ready = envelope_replies(envelope, data.size(), utf8, eight);
  if (!ready) return ended(Fate::lost, ready.error());
  if (ready->code != 354) return replied(*ready);
  if (!wanted()) {
    broken_ = true;
    return {Fate::withdrawn, 0, {}};
  }
  auto deadline = after(timeouts_.data);
  if (auto written = transport_->write(data, deadline); !written)
    return ended(Fate::lost, written.error());
  auto final = read_reply(deadline);
  if (!final) return ended(Fate::in_doubt, final.error());
  if (!final->ok()) return replied(*final);
  ++accepted_;
  return {Fate::accepted, final->code, final->text()};
}

}  // namespace stockbell::smtp
