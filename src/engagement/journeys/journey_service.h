// The use cases of a journey (step 11-12, 14): who enters at a restock, what an outcome does, who
// leaves. Each is one transaction, or runs inside the caller's. Thread-safe.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "contracts/message_channel.h"
#include "engagement/allocation/wave_store.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/journeys/journey_store.h"
#include "engagement/messages/message_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

struct Admitted {
  std::size_t served = 0;        // waiting requests that were decided on: invited, or ended
  bool more = false;             // others may enter at once: call again
  std::optional<Time> again_at;  // others may enter then, if nothing happens before
};

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
    AllocationPolicy allocation = {};
  };
  explicit JourneyService(Parts parts) : parts_(std::move(parts)) {}

  // One page of the SKU's waiting requests enters, longest-waiting first; with an allocation in
  // waves, one wave, and none where none is due.
  Result<Admitted> admit(const std::string& sku, int limit = 1000);

  // Inside the transaction that closes the restocks: whoever's message has not been handed over
  // waits again, in place.
  Result<> sold_out(db::Session& session, const std::vector<std::string>& skus);
  // Inside the caller's transaction: these requests are closed, their messages do not leave.
  Result<> leave(db::Session& session, std::span<const RequestId> requests);

  // Outcomes of deliveries. Returns the SKUs that requests may enter for once more, because some
  // wait again or an invitation came to nothing: admit them.
  Result<std::vector<std::string>> record(const std::vector<DeliveryOutcome>& outcomes);

 private:
  struct Recording;
  Result<Admitted> admit_page(db::Session& session, const std::string& sku, int limit);
  Result<Admitted> admit_wave(db::Session& session, const std::string& sku);
  Result<> record_wave(db::Session& session, const Wave& wave, const std::string& sku,
                       std::span<const WaitingRequest> invited);
  Result<> enter(db::Session& session, const Restock& restock,
                 std::span<const WaitingRequest> invited, const std::string& reason,
                 std::vector<StatusUpdate>& updates);
  Result<> end_suppressed(db::Session& session, std::vector<WaitingRequest>& waiting,
                          std::vector<StatusUpdate>& updates);
  Result<Restock> restock_of(db::Session& session, const std::string& sku, std::int64_t ats);
  Result<> record_one(db::Session& session, const DeliveryOutcome& outcome, Recording& recording);
  RecordedOutcome record_retry(const MessageAttempt& attempt, const DeliveryOutcome& outcome) const;

  Parts parts_;
  ExtensionStore extensions_;
  RestockStore restocks_;
  JourneyStore entries_;
  MessageStore messages_;
  WaveStore waves_;
};

}  // namespace stockbell::engagement
