// Which journey takes whom, and the first steps: JourneyService::enter_journeys().
#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

JourneyService::Openings JourneyService::openings_for(const std::string& sku) const {
  Openings open;
  for (auto& journey : parts_.definitions.active())
    if (takes(*journey, sku)) open.journeys.push_back(std::move(journey));
  const auto add = [&](int order, const std::string& name, int share_percent) {
    OpenClass one{order, name, share_percent, {}};
    bool taken = false;
    for (const auto& journey : open.journeys) {
      if (!takes_class(*journey, name)) continue;
      taken = true;
      const auto& sites = journey->entry.sites;
      if (sites.empty()) {  // those after it get nobody
        one.sites.clear();
        break;
      }
      one.sites.insert(one.sites.end(), sites.begin(), sites.end());
    }
    if (taken) open.classes.push_back(std::move(one));
  };
  const auto& classes = parts_.allocation.classes;
  for (std::size_t i = 0; i < classes.size(); ++i)
    add(static_cast<int>(i) + 1, class_key(classes[i].name), classes[i].share_percent);
  add(kStandardClass, std::string(kStandardName), 0);
  return open;
}

Result<> JourneyService::enter_journeys(db::Session& session, const Restock& restock,
                                        const Openings& open,
                                        std::span<const WaitingRequest> invited,
                                        const std::string& reason, JourneyBatch& batch) {
  const auto now = parts_.clock.now();
  std::vector<RequestId> looked_at;
  bool recent = false;
  std::vector<const JourneyDefinition*> taken_by;
  for (const auto& one : invited) {
    const auto of_class = std::ranges::find(open.classes, one.class_order, &OpenClass::order);
    const auto journey = std::ranges::find_if(open.journeys, [&](const JourneyPtr& each) {
      return takes_site(*each, one.site) &&
             (of_class == open.classes.end() || takes_class(*each, of_class->name));
    });
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
                 invited[i].requested_at,
                 invited[i].class_order},
                made, reason);
  }
  return {};
}

}  // namespace stockbell::engagement
