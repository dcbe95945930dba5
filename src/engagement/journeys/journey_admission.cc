// Who enters at a restock: JourneyService::admit().
#include "engagement/journeys/journey_service.h"
#include "engagement/messages/message_renderer.h"

namespace stockbell::engagement {
namespace {

std::string reason_of(const Restock& restock) {
  return fmt::format("restock of {} ({})", restock.quantity, restock.source);
}

std::string reason_of(const Restock& restock, const Wave& wave) {
  if (wave.rule == AllocationRule::everyone)
    return fmt::format("{}, wave {}", reason_of(restock), wave.number);
  return fmt::format("{}, wave {}: {} units x {}, {} already invited for", reason_of(restock),
                     wave.number, wave.units, factor_text(*wave.factor_percent), *wave.open_units);
}

}  // namespace

// What one transaction admits, over all its SKUs: written table by table, neighbours together.
struct JourneyService::Admission {
  Time now{};
  JourneyBatch batch;
  Admitted result = {};
  std::vector<EnteredCount> counts = {};
  std::vector<StatusUpdate> updates = {};  // beside those of the batch
};

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
  if (open_to.journeys.empty()) return {};
  SB_TRY(held, parts_.gate.holds(session, sku));
  if (held) return {};
  SB_TRY(waiting, extensions_.list_waiting(session, sku, limit, open_to.sites));
  if (waiting.empty()) return {};
  SB_TRY(restock, parts_.gate.restock_of(session, sku, stock->ats));
  if (!restock) return {};
  admission.result.served += waiting.size();
  if (std::cmp_equal(waiting.size(), limit)) admission.result.more.push_back(sku);
  SB_CHECK(end_suppressed(session, waiting, admission.updates));
  return enter(session, *restock, waiting, reason_of(*restock), admission);
}

Result<> JourneyService::admit_wave(db::Session& session, const std::string& sku,
                                    Admission& admission) {
  const auto& policy = parts_.allocation;
  auto& result = admission.result;
  SB_TRY(stock, restocks_.lock_availability(session, sku));
  if (!stock || !stock->in_stock) return {};
  const auto most = policy.largest_wave();
  const auto open_to = openings_for(sku);
  if (open_to.journeys.empty()) return {};
  SB_TRY(held, parts_.gate.holds(session, sku));
  if (held) return {};
  SB_TRY(waiting, extensions_.list_waiting(session, sku, static_cast<int>(most), open_to.sites));
  if (waiting.empty()) return {};
  const bool page_full = waiting.size() == most;
  const auto before = waiting.size();
  SB_CHECK(end_suppressed(session, waiting, admission.updates));
  if (waiting.size() < before) {  // the wave is decided on a queue without them
    result.served += before - waiting.size();
    result.more.push_back(sku);
    return {};
  }
  Wave wave{{}, 1, admission.now, policy.rule, stock->ats, {}, {}, 0, 0};
  SB_TRY(known, restocks_.find_open(session, sku));
  if (known) {
    SB_TRY(last, waves_.find_last(session, known->id));
    if (last) {
      const auto due = next_wave_at(policy, {last->decided_at, last->invited});
      if (due > admission.now) {
        result.later.emplace_back(due, sku);
        return {};
      }
      wave.number = last->number + 1;
    }
  }
  OpenInvitations open;
  if (policy.rule == AllocationRule::units) {
    SB_TRY(counted, waves_.count_open(session, sku, admission.now, policy.invitation_window));
    open = counted;
    wave.factor_percent = policy.factor_percent;
    wave.open_units = open.units;
  }
  std::vector<std::int64_t> wanted;
  wanted.reserve(waiting.size());
  for (const auto& one : waiting) wanted.push_back(one.quantity);
  const auto decision = decide_wave(policy, wave.units, open.units, wanted);
  if (decision.invited == 0) {  // ends are looked at together, once a second
    if (open.first_end)
      result.later.emplace_back(std::chrono::ceil<std::chrono::seconds>(*open.first_end), sku);
    return {};
  }
  SB_TRY(restock, parts_.gate.restock_of(session, sku, stock->ats));
  if (!restock) return {};
  if (page_full || decision.invited < waiting.size()) result.more.push_back(sku);
  waiting.resize(decision.invited);
  wave.restock = restock->id;
  wave.invited = static_cast<std::int64_t>(decision.invited);
  wave.invited_units = decision.invited_units;
  SB_CHECK(record_wave(session, wave, sku, waiting));
  result.served += decision.invited;
  return enter(session, *restock, waiting, reason_of(*restock, wave), admission);
}

Result<> JourneyService::record_wave(db::Session& session, const Wave& wave, const std::string& sku,
                                     std::span<const WaitingRequest> invited) {
  SB_CHECK(waves_.add(session, wave));
  if (wave.rule == AllocationRule::everyone) return {};
  std::vector<Invitation> invitations;
  invitations.reserve(invited.size());
  for (const auto& one : invited)
    invitations.push_back(
        {one.request, counted_units(parts_.allocation, wave.units, one.quantity)});
  return waves_.invite(session, wave, sku, invitations);
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

Result<> JourneyService::enter(db::Session& session, const Restock& restock,
                               std::span<const WaitingRequest> invited, const std::string& reason,
                               Admission& admission) {
  if (invited.empty()) return {};
  admission.counts.push_back({restock.id, static_cast<std::int64_t>(invited.size())});
  return enter_journeys(session, restock, invited, reason, admission.batch);
}

Result<> JourneyService::save(db::Session& session, Admission& admission) {
  SB_CHECK(admission.batch.save(session));
  SB_CHECK(restocks_.add_entered(session, admission.counts));
  auto& updates = admission.updates;
  updates.insert(updates.end(), admission.batch.updates().begin(), admission.batch.updates().end());
  return parts_.outbox.append(session, updates);
}

}  // namespace stockbell::engagement
