// What one transaction decides about journey entries, gathered and then written table by table, so
// that rows of neighbours are written together. Local to a transaction.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contracts/status_update.h"
#include "engagement/journey_definitions/definition_store.h"
#include "engagement/journeys/journey_store.h"
#include "engagement/messages/message_store.h"

namespace stockbell::engagement {

struct JourneySubject {  // whose entry it is
  EntryKey key;
  ContactId contact;
  std::string sku;
  Time requested_at{};
  int class_order = kStandardClass;
};

class JourneyBatch {
 public:
  JourneyBatch(Time now, IdGenerator& ids, std::string from)
      : now_(now), ids_(ids), from_(std::move(from)) {}

  // It enters as `made` says; `reason` goes into the timeline.
  void enter(const JourneyDefinition& journey, const JourneySubject& subject,
             const Transition& made, const std::string& reason);
  // It was in state `before`. `waited`: it may have stood in a wait, not behind its message.
  void move(const JourneyDefinition& journey, JourneyState before, const JourneySubject& subject,
            const Transition& made, const std::string& reason, bool waited);
  // A wait that stands without an entry.
  void drop_wait(const EntryKey& key) { no_longer_waiting_.push_back(key); }
  // Beside the entries themselves; the outbox wants to be written last.
  Result<> save(db::Session& session);
  std::vector<StatusUpdate>& updates() { return updates_; }
  bool queued() const { return !messages_.empty(); }

 private:
  void add_effects(const JourneyDefinition& journey, const JourneySubject& subject,
                   const Transition& made, const std::string& reason);
  struct Counted {  // the same transition of many
    const JourneyDefinition* journey;
    std::optional<std::size_t> before;
    Transition made;
    std::int64_t count;
  };
  void count(const JourneyDefinition& journey, std::optional<std::size_t> before,
             const Transition& made);

  Time now_;
  IdGenerator& ids_;
  std::string from_;
  std::vector<NewEntry> entries_;
  std::vector<MovedEntry> moves_;
  std::vector<NewMessage> messages_;
  std::vector<NewWait> waits_;
  std::vector<EntryKey> no_longer_waiting_;
  std::vector<NewWebhook> webhooks_;
  std::map<std::pair<Stage, Stage>, std::vector<RequestId>> stages_;
  std::vector<StatusUpdate> updates_;
  std::vector<Counted> counted_;
};

}  // namespace stockbell::engagement
