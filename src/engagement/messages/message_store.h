// The queue of messages and what became of each (step 12-13). One message per request, restock and
// turn in the journey (a reminder is a follow-up); at most one of each turn is ever sent.
// Stateless; every method runs inside the caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/id.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

enum class MessageState { queued, leased, sent, withdrawn, cancelled, refused, expired };

struct NewMessage {
  MessageId id;
  RestockId restock;
  RequestId request;
  ContactId contact;
  std::string sku;
  Time waiting_since{};
  std::string message_id;
  int follow_up = 0;  // how many messages of the same journey left before
  std::string journey = "back-in-stock";
  std::size_t step = 1;
  std::string template_name = "back_in_stock";
  int class_order = 100;  // whose message leaves first: as of the request
};

struct LeasedMessage {
  MessageId id;
  RequestId request;
  std::string sku, message_id;
  Time waiting_since{};
  std::int64_t attempts = 0;
  std::string email, address_key, first_name, last_name, locale;
  std::string template_name;
};

struct MessageAttempt {  // a leased message, as the recording of its outcome needs it
  MessageId id;
  RestockId restock;
  RequestId request;
  std::string sku;
  std::int64_t attempts = 0;
  Time first_attempt_at{};
  ContactId contact{};
  Time waiting_since{};
  int class_order = 100;
};

struct RecordedOutcome {
  MessageId id;
  MessageState state = MessageState::sent;
  std::optional<Time> sent_at;
  int smtp_code = 0;
  std::string detail;
  Time due{};
};

struct TrackedMessage {
  MessageId id;
  RequestId request;
  std::string sku, target_url;
  bool opened = false, clicked = false;
  std::string email, address_key;
  bool request_open = false;
  std::optional<Time> invited_at = {};  // when the first message of its restock left
  std::int64_t quantity = 1;
};

struct Delivery {
  MessageId id;
  RestockId restock;
  RequestId request;
  std::string sku, state;
  Time created_at{}, due{};
  std::int64_t attempts = 0;
  std::optional<Time> sent_at;
  std::int64_t smtp_code = 0;
  std::string detail;
  std::optional<Time> opened_at, clicked_at;
  std::string message_id, kind;
};

struct TakenBack {
  RestockId restock;
  RequestId request;
};

class MessageStore {
 public:
  static std::span<const db::Migration> migrations();

  // An unsent message of the same restock, request and turn is queued again instead.
  Result<> queue(db::Session& session, std::span<const NewMessage> messages, Time now);
  Result<std::vector<TakenBack>> take_back(db::Session& session, const std::string& sku);
  Result<> cancel(db::Session& session, RequestId request);
  template <class Key>  // of .request and .restock
  Result<> withdraw(db::Session& session, const std::vector<Key>& keys, const std::string& why) {
    std::vector<db::Params> batch;
    for (const auto& key : keys) batch.push_back({key.request.value, key.restock.value, why});
    return withdraw_all(session, batch);
  }

  // Leases of a process that is gone become queued again; they may have been delivered already.
  // Returns how many.
  Result<std::int64_t> recover_leases(db::Session& session);
  // One class after the other, longest-waiting first, at most `limit`, those due.
  Result<std::vector<LeasedMessage>> lease(db::Session& session, std::int64_t lease, Time now,
                                           int limit);
  // Where the link of each message leads; a click looks nowhere else.
  Result<> set_targets(db::Session& session,
                       std::span<const std::pair<MessageId, std::string>> targets);
  Result<std::optional<Time>> next_due(db::Session& session);

  // Those among them that are leased still, in no order.
  Result<std::vector<MessageAttempt>> find_leased(db::Session& session,
                                                  std::span<const MessageId> messages);
  Result<> record(db::Session& session, std::span<const RecordedOutcome> outcomes);

  Result<std::optional<TrackedMessage>> find_tracked(db::Session& session, MessageId message);
  // True the first time.
  Result<bool> mark_opened(db::Session& session, MessageId message, Time at);
  Result<bool> mark_clicked(db::Session& session, MessageId message, Time at);

  // Newest first with id < before; `state` and `sku` "" are any. Notices are among them, without a
  // restock.
  Result<std::vector<Delivery>> list(db::Session& session, std::int64_t before,
                                     const std::string& state, const std::string& sku, int limit);

 private:
  Result<> withdraw_all(db::Session& session, std::span<const db::Params> batch);
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::MessageState> =
    std::to_array<stockbell::EnumText<stockbell::engagement::MessageState>>({
        {stockbell::engagement::MessageState::queued, "queued"},
        {stockbell::engagement::MessageState::leased, "leased"},
        {stockbell::engagement::MessageState::sent, "sent"},
        {stockbell::engagement::MessageState::withdrawn, "withdrawn"},
        {stockbell::engagement::MessageState::cancelled, "cancelled"},
        {stockbell::engagement::MessageState::refused, "refused"},
        {stockbell::engagement::MessageState::expired, "expired"},
    });
