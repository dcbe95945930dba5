// The MessageChannel over a mail server: persistent connections, each driven by a thread of its own
// during deliver(). Step 12. Thread-safe; calls of deliver() at the same time share the
// connections.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "contracts/message_channel.h"
#include "platform/smtp/connection.h"

namespace stockbell::channels {

struct SmtpChannelOptions {
  smtp::Target target;
  std::string hello_name = "localhost";
  int connections = 8;
  int messages_per_connection = 1000;  // then a new one is opened
  smtp::Timeouts timeouts;
};

class SmtpChannel final : public MessageChannel {
 public:
  // Opens no connection yet. Errors as smtp::Client::create.
  static Result<std::unique_ptr<SmtpChannel>> create(const SmtpChannelOptions& options);
  ~SmtpChannel() override;

  // When the server cannot be reached, all messages not yet tried are reported as `retry` at once.
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override;

  // Opens a session and ends it: for `stockbell check`.
  Result<> check() const;

 private:
  struct Slot {
    std::mutex mutex;  // held by the thread that drives the connection
    std::unique_ptr<smtp::Connection> connection;
    int used = 0;
  };
  struct Batch;

  SmtpChannel(smtp::Client client, const SmtpChannelOptions& options);
  Result<> ensure_open(Slot& slot);
  void drive(Slot& slot, Batch& batch);
  DeliveryOutcome deliver_one(Slot& slot, const OutgoingMessage& message,
                              const std::function<bool(MessageId)>& still_wanted);

  smtp::Client client_;
  int messages_per_connection_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

// What a reply may show in records and logs: at most 200 printable characters, words with an @
// replaced.
std::string safe_detail(std::string_view text);

}  // namespace stockbell::channels
