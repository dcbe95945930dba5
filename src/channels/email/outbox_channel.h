// The local mailbox: the MessageChannel of a shop without a mail server, shown in the console.
// Messages are kept in the store "outbox", each once (by Message-ID) and reported only after the
// commit. Thread-safe; steps 12 and 13.
#pragma once
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "contracts/message_channel.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::channels {

struct MailboxMessage {
  std::int64_t id = 0;
  std::string message_id, sender, recipient, subject;
  Time received_at{};
  std::string raw;  // empty in lists
};

class OutboxChannel final : public MessageChannel {
 public:
  OutboxChannel(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), ids_(clock, random) {}
  static std::span<const db::Migration> migrations();

  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override;

  // Newest first, older than `before` (0: from the newest); of one recipient when given.
  Result<std::vector<MailboxMessage>> list(int limit, std::int64_t before = 0,
                                           const std::string& recipient = {});
  Result<MailboxMessage> get(std::int64_t id);  // error: not_found, "mailbox-message-not-found"

  // While held no message is between "still wanted" and the store; waits for those that are.
  [[nodiscard]] std::unique_lock<std::shared_mutex> pause_keeping() {
    std::lock_guard next(next_);  // whoever waits is the next, however busy the senders are
    return std::unique_lock(keeping_);
  }
  db::Database& database() { return database_; }
  const Clock& clock() const { return clock_; }

  // GET /api/v1/mailbox?limit=&cursor=&recipient= and GET /api/v1/mailbox/{id}, role readonly.
  void add_routes(http::Router& router);

 private:
  Result<> store(const std::vector<db::Params>& rows);
  Result<http::Response> answer_list(const http::Request& request);
  Result<http::Response> answer_message(const http::Request& request);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator ids_;
  std::mutex next_;
  std::shared_mutex keeping_;
};

}  // namespace stockbell::channels
