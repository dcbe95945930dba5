// The use cases of a journey (step 11-12, 14): who enters at a restock, what an outcome does, who
// leaves. Each is one transaction, or runs inside the caller's. Thread-safe.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "contracts/message_channel.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/journeys/journey_store.h"
#include "engagement/messages/message_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

class JourneyService {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    Random& random;
    IdGenerator& ids;
    StatusOutbox& outbox;
    const SuppressionList& suppressions;
    std::function<bool(const std::string& sku)> available;
    std::string from;  // sender mailbox: its domain is the Message-ID's
  };
  explicit JourneyService(Parts parts) : parts_(std::move(parts)) {}

  // One page of the SKU's waiting requests enters, longest-waiting first. Returns how many were
  // waiting in it; less than `limit` means that nobody waits any more.
  Result<std::size_t> admit(const std::string& sku, int limit = 1000);

  // Inside the transaction that closes the restocks: whoever's message has not been handed over
  // waits again, in place.
  Result<> sold_out(db::Session& session, const std::vector<std::string>& skus);
  // Inside the caller's transaction: these requests are closed, their messages do not leave.
  Result<> leave(db::Session& session, std::span<const RequestId> requests);

  // Outcomes of deliveries. Returns the SKUs whose requests wait again although the SKU may be
  // available: admit them.
  Result<std::vector<std::string>> record(const std::vector<DeliveryOutcome>& outcomes);

 private:
  struct Recording;
  Result<std::size_t> admit_page(db::Session& session, const std::string& sku, int limit);
  Result<Restock> restock_of(db::Session& session, const std::string& sku, std::int64_t ats);
  Result<> record_one(db::Session& session, const DeliveryOutcome& outcome, Recording& recording);
  RecordedOutcome record_retry(const MessageAttempt& attempt, const DeliveryOutcome& outcome) const;

  Parts parts_;
  ExtensionStore extensions_;
  RestockStore restocks_;
  JourneyStore entries_;
  MessageStore messages_;
};

}  // namespace stockbell::engagement
