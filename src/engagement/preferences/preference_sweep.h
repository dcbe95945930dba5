// What becomes of requests by the mere passing of time: mailboxes are asked to confirm, and whether
// they still want what they wait for; what nobody confirms or keeps expires. Looks at a bounded
// number at a time; what it decides is a row, so a restart loses nothing. One thread at a time.
#pragma once
#include <functional>

#include "engagement/extensions/extension_store.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/messages/notice_renderer.h"
#include "engagement/messages/notice_store.h"
#include "engagement/messages/suppression_list.h"

namespace stockbell::engagement {

class PreferenceSweep {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    IdGenerator& ids;
    StatusOutbox& outbox;
    const SuppressionList& suppressions;
    std::string from;
    RequestTimes times;
  };
  explicit PreferenceSweep(Parts parts) : parts_(std::move(parts)) {}

  // Does what is due now; how many requests it decided about: 0 means nothing is due.
  Result<std::size_t> run();

 private:
  Result<std::size_t> ask_to_confirm();
  Result<std::size_t> ask_mailbox(db::Session& session, const std::string& address_key, Time now);
  Result<std::size_t> expire_unconfirmed();
  Result<std::size_t> remind();
  Result<std::size_t> remind_mailbox(db::Session& session, const std::string& address_key,
                                     Time now);
  Result<std::size_t> expire_unwanted();
  Result<std::size_t> end(db::Session& session, const db::Rows& rows, Stage from,
                          RequestStatus status, const std::string& reason, Time asked_before);

  Parts parts_;
  NoticeStore notices_;
  ExtensionStore extensions_;
  Time slow_at_{};  // when the requests of months were last looked at
};

}  // namespace stockbell::engagement
