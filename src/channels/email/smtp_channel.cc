#include "channels/email/smtp_channel.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "channels/email/encoding.h"
#include "channels/email/mime_writer.h"
#include "platform/text/text.h"

namespace stockbell::channels {
namespace {

DeliveryState state_of(smtp::Fate fate) {
  switch (fate) {
    case smtp::Fate::accepted:
      return DeliveryState::delivered;
    case smtp::Fate::permanent:
      return DeliveryState::refused;
    case smtp::Fate::withdrawn:
      return DeliveryState::withdrawn;
    default:
      return DeliveryState::retry;
  }
}

// The domain of an internationalised address in its ASCII form, which any server takes.
std::string ascii_domain(const std::string& address) {
  if (is_ascii(address)) return address;
  auto parsed = text::parse_email(address);
  return parsed ? parsed->address : address;
}

}  // namespace

std::string safe_detail(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from < text.size() && out.size() < 200;) {
    auto end = std::min(text.find(' ', from), text.size());
    auto word = text.substr(from, end - from);
    if (from > 0) out += ' ';
    if (word.find('@') != word.npos) {
      out += "<address>";
    } else {
      for (char c : word) out += c > ' ' && c < 0x7f ? c : '?';
    }
    from = end + 1;
  }
  return out.substr(0, 200);
}

// The messages of one deliver(): threads take the next index until there is none or they have no
// connection.
struct SmtpChannel::Batch {
  const std::vector<OutgoingMessage>& messages;
  const std::function<bool(MessageId)>& still_wanted;
  const std::function<void(DeliveryOutcome)>& report;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::string trouble;  // why a thread gave up
};

Result<std::unique_ptr<SmtpChannel>> SmtpChannel::create(const SmtpChannelOptions& options) {
  SB_TRY(client, smtp::Client::create(options.target, options.hello_name, options.timeouts));
  return std::unique_ptr<SmtpChannel>(new SmtpChannel(std::move(client), options));
}

SmtpChannel::SmtpChannel(smtp::Client client, const SmtpChannelOptions& options)
    : client_(std::move(client)),
      messages_per_connection_(std::max(1, options.messages_per_connection)) {
  for (int i = 0; i < std::max(1, options.connections); ++i)
    slots_.push_back(std::make_unique<Slot>());
}

SmtpChannel::~SmtpChannel() {
  for (auto& slot : slots_)
    if (slot->connection) slot->connection->quit();
}

Result<> SmtpChannel::check() const {
  SB_TRY(connection, client_.connect());
  connection->quit();
  return {};
}

Result<> SmtpChannel::ensure_open(Slot& slot) {
  if (slot.connection && slot.connection->is_usable() && slot.used < messages_per_connection_)
    return {};
  if (slot.connection) slot.connection->quit();
  slot.connection.reset();
  SB_TRY(opened, client_.connect());
  slot.connection = std::move(opened);
  slot.used = 0;
  return {};
}

DeliveryOutcome SmtpChannel::deliver_one(Slot& slot, const OutgoingMessage& message,
                                         const std::function<bool(MessageId)>& still_wanted) {
  OutgoingMessage ready = message;
  ready.to_address = ascii_domain(message.to_address);
  auto mime = write_mime(ready);
  if (!mime) return {message.id, DeliveryState::refused, 0, safe_detail(mime.error().message)};
  smtp::Envelope envelope{ascii_domain(message.return_path), ready.to_address};
  auto wanted = [&] { return still_wanted(message.id); };
  bool reused = slot.used > 0;
  ++slot.used;
  auto outcome = slot.connection->send(envelope, *mime, wanted);
  // A relay that ends a session after a few messages (421 or just gone) has not judged this one:
  // once more, on a fresh one.
  bool session_over = outcome.fate == smtp::Fate::lost ||
                      (outcome.fate == smtp::Fate::temporary && outcome.code == 421);
  if (reused && session_over && ensure_open(slot)) {
    ++slot.used;
    outcome = slot.connection->send(envelope, *mime, wanted);
  }
  auto detail = outcome.fate == smtp::Fate::in_doubt ? "in doubt: " + outcome.text : outcome.text;
  return {message.id, state_of(outcome.fate), outcome.code, safe_detail(detail)};
}

void SmtpChannel::drive(Slot& slot, Batch& batch) {
  std::lock_guard lock(slot.mutex);
  while (batch.next < batch.messages.size()) {
    // The connection comes first: a message is taken only by a thread that can send it.
    if (auto open = ensure_open(slot); !open) {
      std::lock_guard guard(batch.mutex);
      batch.trouble = open.error().message;
      return;
    }
    auto index = batch.next++;
    if (index >= batch.messages.size()) return;
    batch.report(deliver_one(slot, batch.messages[index], batch.still_wanted));
  }
}

void SmtpChannel::deliver(const std::vector<OutgoingMessage>& messages,
                          const std::function<bool(MessageId)>& still_wanted,
                          const std::function<void(DeliveryOutcome)>& report) {
  Batch batch{messages, still_wanted, report, {}, {}, {}};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(slots_.size(), messages.size()); ++i)
      threads.emplace_back([this, i, &batch] { drive(*slots_[i], batch); });
  }
  for (auto index = batch.next.load(); index < messages.size(); ++index)
    report({messages[index].id, DeliveryState::retry, 0, safe_detail(batch.trouble)});
}

}  // namespace stockbell::channels
