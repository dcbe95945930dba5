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

Result<Admitted> JourneyService::admit(const std::string& sku, int limit) {
  auto admitted = parts_.database.write([&](db::Session& session) {
    return parts_.allocation.in_waves() ? admit_wave(session, sku)
                                        : admit_page(session, sku, limit);
  });
  if (admitted && admitted->served > 0) parts_.outbox.announce();
  return admitted;
}

Result<Restock> JourneyService::restock_of(db::Session& session, const std::string& sku,
                                           std::int64_t ats) {
  SB_TRY(open, restocks_.find_open(session, sku));
  if (open) return std::move(*open);
  // No edge was seen: the item was there when Stockbell first heard of it. Who waits for it counts
  // all the same.
  Restock restock{parts_.ids.make<RestockId>(), sku, ats, "already available", parts_.clock.now()};
  SB_CHECK(restocks_.open(session, restock));
  return restock;
}

Result<Admitted> JourneyService::admit_page(db::Session& session, const std::string& sku,
                                            int limit) {
  SB_TRY(stock, restocks_.lock_availability(session, sku));
  if (!stock || !stock->in_stock) return Admitted{};
  const auto open_to = openings_for(sku);
  if (open_to.journeys.empty()) return Admitted{};
  SB_TRY(waiting, extensions_.list_waiting(session, sku, limit, open_to.sites));
  if (waiting.empty()) return Admitted{};
  const Admitted admitted{waiting.size(), std::cmp_equal(waiting.size(), limit), {}};
  SB_TRY(restock, restock_of(session, sku, stock->ats));
  std::vector<StatusUpdate> updates;
  SB_CHECK(end_suppressed(session, waiting, updates));
  SB_CHECK(enter(session, restock, waiting, reason_of(restock), updates));
  SB_CHECK(parts_.outbox.append(session, updates));
  return admitted;
}

Result<Admitted> JourneyService::admit_wave(db::Session& session, const std::string& sku) {
  const auto& policy = parts_.allocation;
  const auto now = parts_.clock.now();
  SB_TRY(stock, restocks_.lock_availability(session, sku));
  if (!stock || !stock->in_stock) return Admitted{};
  const auto most = policy.largest_wave();
  const auto open_to = openings_for(sku);
  if (open_to.journeys.empty()) return Admitted{};
  SB_TRY(waiting, extensions_.list_waiting(session, sku, static_cast<int>(most), open_to.sites));
  if (waiting.empty()) return Admitted{};
  const bool page_full = waiting.size() == most;
  std::vector<StatusUpdate> updates;
  SB_CHECK(end_suppressed(session, waiting, updates));
  if (!updates.empty()) {  // the wave is decided on a queue without them
    const auto ended = updates.size();
    SB_CHECK(parts_.outbox.append(session, updates));
    return Admitted{ended, true, {}};
  }
  Wave wave{{}, 1, now, policy.rule, stock->ats, {}, {}, 0, 0};
  SB_TRY(known, restocks_.find_open(session, sku));
  if (known) {
    SB_TRY(last, waves_.find_last(session, known->id));
    if (last) {
      const auto due = next_wave_at(policy, {last->decided_at, last->invited});
      if (due > now) return Admitted{0, false, due};
      wave.number = last->number + 1;
    }
  }
  OpenInvitations open;
  if (policy.rule == AllocationRule::units) {
    SB_TRY(counted, waves_.count_open(session, sku, now, policy.invitation_window));
    open = counted;
    wave.factor_percent = policy.factor_percent;
    wave.open_units = open.units;
  }
  std::vector<std::int64_t> wanted;
  wanted.reserve(waiting.size());
  for (const auto& one : waiting) wanted.push_back(one.quantity);
  const auto decision = decide_wave(policy, wave.units, open.units, wanted);
  if (decision.invited == 0) {
    Admitted nobody;  // ends are looked at together, once a second
    if (open.first_end) nobody.again_at = std::chrono::ceil<std::chrono::seconds>(*open.first_end);
    return nobody;
  }
  SB_TRY(restock, restock_of(session, sku, stock->ats));
  const bool more = page_full || decision.invited < waiting.size();
  waiting.resize(decision.invited);
  wave.restock = restock.id;
  wave.invited = static_cast<std::int64_t>(decision.invited);
  wave.invited_units = decision.invited_units;
  SB_CHECK(record_wave(session, wave, sku, waiting));
  SB_CHECK(enter(session, restock, waiting, reason_of(restock, wave), updates));
  SB_CHECK(parts_.outbox.append(session, updates));
  return Admitted{decision.invited, more, {}};
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
                               std::vector<StatusUpdate>& updates) {
  auto batch = new_batch();
  SB_CHECK(enter_journeys(session, restock, invited, reason, batch));
  SB_CHECK(batch.save(session));
  updates.insert(updates.end(), batch.updates().begin(), batch.updates().end());
  return restocks_.add_entered(session, restock.id, static_cast<std::int64_t>(invited.size()));
}

}  // namespace stockbell::engagement
