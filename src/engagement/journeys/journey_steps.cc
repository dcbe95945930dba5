// What moves in journeys without anybody's doing: JourneyService::step().
#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

void JourneyService::empty_stopped() {
  const auto keys = parts_.definitions.keys_in(JourneyStatus::stopped);
  std::lock_guard lock(mutex_);
  stopped_.insert(keys.begin(), keys.end());
}

Result<JourneyService::Stepped> JourneyService::step(int limit) {
  std::set<std::string> stopped;
  {
    std::lock_guard lock(mutex_);
    stopped = stopped_;
  }
  std::set<std::string> emptied;
  auto stepped = parts_.database.write([&](db::Session& session) -> Result<Stepped> {
    emptied.clear();
    Stepped done;
    auto batch = new_batch();
    const auto meet_all = [&](std::span<const EntryKey> keys, JourneyEvent event,
                              const std::string& reason) -> Result<> {
      done.moved += keys.size();
      SB_TRY(again, meet(session, keys, event, reason, batch));
      done.enter_again.insert(done.enter_again.end(), again.begin(), again.end());
      return {};
    };
    SB_TRY(due, entries_.due_waits(session, parts_.clock.now(), limit));
    SB_CHECK(meet_all(due, JourneyEvent::due, "the next step of the journey"));
    SB_TRY(held, entries_.held_by_older_versions(session, limit));
    SB_CHECK(meet_all(held, JourneyEvent::stopped, "let go: the journey was published anew"));
    for (const auto& key : stopped) {
      if (parts_.definitions.status(key) != JourneyStatus::stopped) {
        emptied.insert(key);
        continue;
      }
      SB_TRY(queued, entries_.messages_of_journey(session, key, limit));
      SB_CHECK(messages_.withdraw(session, queued, "the journey was stopped"));
      SB_CHECK(meet_all(queued, JourneyEvent::stopped, "the journey was stopped"));
      SB_TRY(waiting, entries_.waits_of_journey(session, key, limit));
      SB_CHECK(meet_all(waiting, JourneyEvent::stopped, "the journey was stopped"));
      if (queued.empty() && waiting.empty()) emptied.insert(key);
    }
    if (done.moved == 0) return done;
    done.queued = batch.queued();
    SB_CHECK(batch.save(session));
    SB_CHECK(parts_.outbox.append(session, batch.updates()));
    return done;
  });
  if (!stepped) return stepped;
  if (stepped->moved > 0) parts_.outbox.announce();
  std::lock_guard lock(mutex_);
  for (const auto& key : emptied) stopped_.erase(key);
  return stepped;
}

Result<std::optional<Time>> JourneyService::next_due() {
  return parts_.database.read([&](db::Session& session) { return entries_.next_wait(session); });
}

}  // namespace stockbell::engagement
