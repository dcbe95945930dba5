// What recipients do with a message (step 15): open, click, unsubscribe. Each is one transaction
// and safe to repeat. Thread-safe.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engagement/extensions/status_outbox.h"
#include "engagement/imports/catalog_store.h"
#include "engagement/journeys/journey_service.h"
#include "engagement/messages/message_store.h"
#include "engagement/messages/notice_store.h"
#include "engagement/messages/suppression_list.h"

namespace stockbell::engagement {

enum class UnsubscribeScope { item, all };

struct UnsubscribeChoice {  // what the page shows
  std::string product_name, email_masked;
  bool scope_item = false;
};

class TrackingService {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    StatusOutbox& outbox;
    SuppressionList& suppressions;
    JourneyService& journeys;
    std::function<void(RequestId)> cancel_in_flight;
    // Where a click leads: the target, with what the shop is to be told.
    std::function<std::string(const TrackedMessage&)> landing;
  };
  explicit TrackingService(Parts parts) : parts_(std::move(parts)) {}

  Result<> opened(MessageId message);
  // Where the link leads; a click is an opening too. Errors: not_found, "message-unknown".
  Result<std::string> clicked(MessageId message);
  Result<UnsubscribeChoice> choice(MessageId message);
  // item: this request. all: the address is never messaged again, its open requests end. Returns
  // the product's name.
  Result<std::string> unsubscribe(MessageId message, UnsubscribeScope scope);

 private:
  Result<TrackedMessage> get(db::Session& session, MessageId message);
  Result<> mark_opened(db::Session& session, const TrackedMessage& message,
                       std::vector<StatusUpdate>& updates);

  Parts parts_;
  MessageStore messages_;
  NoticeStore notices_;
  CatalogStore catalog_;
  ExtensionStore extensions_;
};

}  // namespace stockbell::engagement
