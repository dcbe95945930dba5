// The use cases of a journey (step 11-12, 14): who enters at a restock, what an outcome does, who
// leaves. Each is one transaction, or runs inside the caller's. Thread-safe.
#pragma once
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "contracts/message_channel.h"
#include "engagement/allocation/wave_store.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/journey_definitions/journey_library.h"
#include "engagement/journeys/journey_batch.h"
#include "engagement/messages/message_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

struct Admitted {
  std::size_t skus = 0;           // how many were looked at, from the first on
  std::size_t served = 0;         // waiting requests that were decided on: invited, or ended
  std::vector<std::string> more;  // others may enter for these at once: call again
  std::vector<std::pair<Time, std::string>>
      later;  // others may enter then, if nothing happens before
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
    RestockGate& gate;
    std::function<bool(const std::string& sku)> available;
    // What is sold, as far as Stockbell has been told; 0: nothing.
    std::function<std::int64_t(const std::string& sku)> units;
    JourneyLibrary& definitions;
    std::string from;  // sender mailbox: its domain is the Message-ID's
    AllocationPolicy allocation = {};
  };
  explicit JourneyService(Parts parts) : parts_(std::move(parts)) {}

  // One page of each SKU's waiting requests enters, longest-waiting first; with an allocation in
  // waves, one wave, and none where none is due. All in one transaction: at most `limit`
  // SKUs, and no more once these have about as many requests between them.
  Result<Admitted> admit(std::span<const std::string> skus, int limit = 1000);

  // Inside the caller's transaction: these enter, as far as they still wait. Announce the
  // outbox after it.
  Result<> enter_recorded(db::Session& session, std::span<const RecordedRestock> restocks);

  // Inside the transaction that closes the restocks: whoever's message has not been handed over
  // waits again, in place.
  Result<> sold_out(db::Session& session, const std::vector<std::string>& skus);
  // Inside the caller's transaction: these requests are closed, their messages do not leave.
  Result<> leave(db::Session& session, std::span<const RequestId> requests);

  // Moves on who waited long enough, lets go who was held by older rules and empties stopped
  // journeys, a batch of each. Errors leave everything as it was.
  struct Stepped {
    std::size_t moved = 0;                 // 0: nothing is due
    bool queued = false;                   // messages
    std::vector<std::string> enter_again;  // SKUs that somebody waits for again
  };
  Result<Stepped> step(int limit = 500);
  Result<std::optional<Time>> next_due();
  // A journey was stopped: step() empties it. At start all stopped ones are looked at.
  void empty_stopped();

  // Outcomes of deliveries. Returns the SKUs that requests may enter for once more, because some
  // wait again or an invitation came to nothing: admit them.
  Result<std::vector<std::string>> record(const std::vector<DeliveryOutcome>& outcomes);

 private:
  struct Recording;
  struct Admission;
  Result<> admit_page(db::Session& session, const std::string& sku, int limit,
                      Admission& admission);
  Result<> admit_wave(db::Session& session, const std::string& sku, Admission& admission);
  struct WaveOfSku;
  // False: none may be decided now.
  Result<bool> prepare_wave(db::Session& session, WaveOfSku& at, Admission& admission);
  Result<> invite_wave(db::Session& session, WaveOfSku& at, const WaveDecision& decision,
                       Admission& admission);
  Result<Time> next_wave_of(db::Session& session, const Wave& last, Wave& next);
  Result<> record_wave(db::Session& session, const Wave& wave, const std::string& sku,
                       std::span<const WaitingRequest> invited);
  Result<> save(db::Session& session, Admission& admission);
  Result<> end_suppressed(db::Session& session, std::vector<WaitingRequest>& waiting,
                          std::vector<StatusUpdate>& updates);
  static std::string reason_of(const Restock& restock);

  // Who may enter for a SKU: the journeys that take it, the classes that one of them takes, and of
  // each the sites; no sites: all.
  struct OpenClass {
    int order = kStandardClass;
    std::string name;
    int share_percent = 0;
    std::vector<std::string> sites;
  };
  struct Openings {
    std::vector<JourneyPtr> journeys;
    std::vector<OpenClass> classes;  // in their order
  };
  Openings openings_for(const std::string& sku) const;
  static bool takes_one(const Openings& open, const WaitingRequest& one);
  Result<> enter(db::Session& session, const Restock& restock, const Openings& open,
                 std::span<const WaitingRequest> invited, const std::string& reason,
                 Admission& admission);
  Result<> enter_journeys(db::Session& session, const Restock& restock, const Openings& open,
                          std::span<const WaitingRequest> invited, const std::string& reason,
                          JourneyBatch& batch);

  // Facts of these requests, with what `journey` asks beyond the rows of the request.
  Result<std::unordered_map<RequestId, JourneyFacts>> read_facts(
      db::Session& session, std::span<const RequestId> requests, bool emails, bool recent);
  // The active entries among these meet the event. Returns the SKUs of those that wait again.
  Result<std::vector<std::string>> meet(db::Session& session, std::span<const EntryKey> keys,
                                        JourneyEvent event, const std::string& reason,
                                        JourneyBatch& batch);
  Transition decide(const JourneyDefinition& journey, JourneyState state, JourneyEvent event,
                    const JourneyFacts& facts, Time now) const;
  Result<> look_up(db::Session& session, std::span<const DeliveryOutcome> outcomes,
                   Recording& recording);
  const Transition& decide_outcome(const JourneyDefinition& journey, const ActiveEntry& entry,
                                   JourneyEvent event, const MessageAttempt& attempt,
                                   Recording& recording) const;
  Result<> record_one(db::Session& session, const DeliveryOutcome& outcome, Recording& recording);
  RecordedOutcome record_retry(const MessageAttempt& attempt, const DeliveryOutcome& outcome) const;
  JourneyBatch new_batch() { return {parts_.clock.now(), parts_.ids, parts_.from}; }

  Parts parts_;
  ExtensionStore extensions_;
  RestockStore restocks_;
  JourneyStore entries_;
  MessageStore messages_;
  WaveStore waves_;
  std::mutex mutex_;
  std::set<std::string> stopped_;  // journeys that somebody may still be in
  // Of restocks whose next wave was found not due: after which wave, until when.
  std::map<RestockId, std::pair<std::int64_t, Time>> not_before_;
};

}  // namespace stockbell::engagement
