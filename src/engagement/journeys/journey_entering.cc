// Which journey takes whom, and the first steps: JourneyService::enter_journeys().
#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

JourneyService::Openings JourneyService::openings_for(const std::string& sku) const {
  Openings open;
  bool all_sites = false;
  for (auto& journey : parts_.definitions.active()) {
    if (!takes(*journey, sku)) continue;
    all_sites |= journey->entry.sites.empty();
    open.sites.insert(open.sites.end(), journey->entry.sites.begin(), journey->entry.sites.end());
    open.journeys.push_back(std::move(journey));
    if (all_sites) break;  // those after it get nobody
  }
  if (all_sites) open.sites.clear();
  return open;
}

Result<> JourneyService::enter_journeys(db::Session& session, const Restock& restock,
                                        std::span<const WaitingRequest> invited,
                                        const std::string& reason, JourneyBatch& batch) {
  const auto open = openings_for(restock.sku);
  const auto now = parts_.clock.now();
  std::vector<RequestId> looked_at;
  bool recent = false;
  std::vector<const JourneyDefinition*> taken_by;
  for (const auto& one : invited) {
    const auto journey = std::ranges::find_if(
        open.journeys, [&](const JourneyPtr& each) { return takes_site(*each, one.site); });
    taken_by.push_back(journey == open.journeys.end() ? nullptr : journey->get());
    if (taken_by.back() == nullptr) continue;
    if (depends_on_facts(**journey, 0, JourneyEvent::entered)) looked_at.push_back(one.request);
    recent |= (*journey)->frequency_cap.has_value();
  }
  SB_TRY(facts, read_facts(session, looked_at, false, recent));
  const JourneyDefinition* same = nullptr;
  Transition made;
  for (std::size_t i = 0; i < invited.size(); ++i) {
    const auto* journey = taken_by[i];
    if (journey == nullptr) continue;
    const auto known = facts.find(invited[i].request);
    if (known != facts.end()) {
      same = nullptr;
      known->second.available = true;  // locked by this transaction
      made = apply(*journey, {}, JourneyEvent::entered, known->second, now);
    } else if (same != journey) {
      same = journey;
      made = apply(*journey, {}, JourneyEvent::entered, {}, now);
    }
    batch.enter(*journey,
                {{restock.id, invited[i].request},
                 invited[i].contact,
                 restock.sku,
                 invited[i].requested_at},
                made, reason);
  }
  return {};
}

}  // namespace stockbell::engagement
