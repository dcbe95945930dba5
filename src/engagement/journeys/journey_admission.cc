// Who enters at a restock: JourneyService::admit().
#include "engagement/journeys/admission.h"

namespace stockbell::engagement {

std::string JourneyService::reason_of(const Restock& restock) {
  return fmt::format("restock of {} ({})", restock.quantity, restock.source);
}

Result<Admitted> JourneyService::admit(std::span<const std::string> skus, int limit) {
  auto admitted = parts_.database.write([&](db::Session& session) -> Result<Admitted> {
    Admission admission{parts_.clock.now(), new_batch()};
    auto& result = admission.result;
    for (const auto& sku : skus) {
      if (std::cmp_greater_equal(result.served, limit) || std::cmp_equal(result.skus, limit)) break;
      SB_CHECK(parts_.allocation.in_waves() ? admit_wave(session, sku, admission)
                                            : admit_page(session, sku, limit, admission));
      ++result.skus;
    }
    SB_CHECK(save(session, admission));
    return std::move(result);
  });
  if (admitted && admitted->served > 0) parts_.outbox.announce();
  return admitted;
}

Result<> JourneyService::admit_page(db::Session& session, const std::string& sku, int limit,
                                    Admission& admission) {
  SB_TRY(stock, restocks_.lock_availability(session, sku));
  if (!stock || !stock->in_stock) return {};
  const auto open_to = openings_for(sku);
  if (open_to.classes.empty()) return {};
  SB_TRY(held, parts_.gate.holds(session, sku));
  if (held) return {};
  std::vector<WaitingRequest> waiting;
  for (const auto& one : open_to.classes) {
    const auto room = limit - static_cast<int>(waiting.size());
    if (room <= 0) break;
    SB_TRY(of_class, extensions_.list_waiting(session, sku, one.order, room, one.sites));
    std::ranges::move(of_class, std::back_inserter(waiting));
  }
  if (waiting.empty()) return {};
  SB_TRY(restock, parts_.gate.restock_of(session, sku, stock->ats));
  if (!restock) return {};
  admission.result.served += waiting.size();
  if (std::cmp_equal(waiting.size(), limit)) admission.result.more.push_back(sku);
  SB_CHECK(end_suppressed(session, waiting, admission.updates));
  return enter(session, *restock, open_to, waiting, reason_of(*restock), admission);
}

// What is left in `waiting` may be messaged; the others are closed.
Result<> JourneyService::end_suppressed(db::Session& session, std::vector<WaitingRequest>& waiting,
                                        std::vector<StatusUpdate>& updates) {
  const auto now = parts_.clock.now();
  const auto suppressed = [&](const WaitingRequest& one) {
    return !one.address_key.empty() && parts_.suppressions.contains(one.address_key);
  };
  const auto rest = std::ranges::stable_partition(waiting, std::not_fn(suppressed));
  for (const auto& one : rest) {
    SB_TRY(asked_at, extensions_.end(session, one.request, Stage::waiting));
    updates.push_back({0, one.request, RequestStatus::cancelled, now, "address unsubscribed", "",
                       false, asked_at});
  }
  waiting.erase(rest.begin(), rest.end());
  return {};
}

Result<> JourneyService::enter(db::Session& session, const Restock& restock, const Openings& open,
                               std::span<const WaitingRequest> invited, const std::string& reason,
                               Admission& admission) {
  if (invited.empty()) return {};
  admission.counts.push_back({restock.id, static_cast<std::int64_t>(invited.size())});
  return enter_journeys(session, restock, open, invited, reason, admission.batch);
}

bool JourneyService::takes_one(const Openings& open, const WaitingRequest& one) {
  const auto of_class = std::ranges::find(open.classes, one.class_order, &OpenClass::order);
  if (of_class == open.classes.end()) return false;
  const auto& sites = of_class->sites;
  return sites.empty() || std::ranges::find(sites, one.site) != sites.end();
}

Result<> JourneyService::enter_recorded(db::Session& session,
                                        std::span<const RecordedRestock> restocks) {
  std::vector<RequestId> requests;
  for (const auto& one : restocks)
    requests.insert(requests.end(), one.waiting.begin(), one.waiting.end());
  SB_TRY(found, extensions_.find_waiting(session, requests));
  std::unordered_map<RequestId, std::size_t> place;  // in the order of their entry
  for (std::size_t i = 0; i < found.size(); ++i) place.emplace(found[i].request, i);
  Admission admission{parts_.clock.now(), new_batch()};
  for (const auto& [restock, waiting] : restocks) {
    const auto open_to = openings_for(restock.sku);
    std::vector<std::size_t> places;
    for (const auto request : waiting) {
      const auto still = place.find(request);
      if (still != place.end() && takes_one(open_to, found[still->second]))
        places.push_back(still->second);
    }
    if (places.empty()) continue;
    std::ranges::sort(places);
    std::vector<WaitingRequest> entering;
    for (const auto at : places) entering.push_back(std::move(found[at]));
    SB_CHECK(end_suppressed(session, entering, admission.updates));
    SB_CHECK(enter(session, restock, open_to, entering, reason_of(restock), admission));
  }
  return save(session, admission);
}

Result<> JourneyService::save(db::Session& session, Admission& admission) {
  SB_CHECK(admission.batch.save(session));
  SB_CHECK(restocks_.add_entered(session, admission.counts));
  auto& updates = admission.updates;
  updates.insert(updates.end(), admission.batch.updates().begin(), admission.batch.updates().end());
  return parts_.outbox.append(session, updates);
}

}  // namespace stockbell::engagement
