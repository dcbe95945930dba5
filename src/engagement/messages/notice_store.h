// Messages about the requests themselves: to confirm them, whether they are still wanted, a new
// link to them. Each goes to one mailbox and may speak of several requests. Stateless; every method
// runs inside the caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/id.h"
#include "engagement/messages/message_store.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

enum class NoticeKind { confirmation, still_want_it, manage_link };

struct NewNotice {
  MessageId id;
  NoticeKind kind = NoticeKind::confirmation;
  std::string address_key, locale;
  std::string message_id;  // without <>; the same at every attempt
  std::vector<RequestId> requests;
};

struct NoticeItem {
  RequestId request;
  std::string sku;
};

struct LeasedNotice {
  MessageId id;
  NoticeKind kind = NoticeKind::confirmation;
  std::string address_key, locale, message_id;
  std::int64_t attempts = 0;
  Time created_at{};
  std::string email, first_name, last_name;  // "": nobody has this address any more
  std::vector<NoticeItem> items;             // those that the message still speaks of
};

struct NoticeCount {
  std::int64_t count = 0;
  std::optional<Time> last;
};

class NoticeStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<> queue(db::Session& session, const NewNotice& notice, Time now);
  // Of this kind to this mailbox since then, whatever became of them.
  Result<NoticeCount> count_since(db::Session& session, const std::string& address_key,
                                  NoticeKind kind, Time since);

  Result<std::int64_t> recover_leases(db::Session& session);
  // Those that a person waits for come first.
  Result<std::vector<LeasedNotice>> lease(db::Session& session, std::int64_t lease, Time now,
                                          int limit);
  Result<std::optional<Time>> next_due(db::Session& session);
  // Whether there is still a reason to send it.
  Result<bool> is_wanted(db::Session& session, MessageId notice);
  Result<std::optional<MessageAttempt>> find_leased(db::Session& session, MessageId notice);
  Result<> record(db::Session& session, const RecordedOutcome& outcome);

  // For its unsubscribe link: the mailbox, and the first request.
  Result<std::optional<TrackedMessage>> find_tracked(db::Session& session, MessageId notice);
};

// "confirmation.123@example.com", for every attempt.
std::string notice_message_id(NoticeKind kind, MessageId notice, const std::string& from);

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::NoticeKind> =
    std::to_array<stockbell::EnumText<stockbell::engagement::NoticeKind>>({
        {stockbell::engagement::NoticeKind::confirmation, "confirmation"},
        {stockbell::engagement::NoticeKind::still_want_it, "still_want_it"},
        {stockbell::engagement::NoticeKind::manage_link, "manage_link"},
    });
