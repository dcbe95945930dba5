// Who is invited in waves: JourneyService::admit_wave().
#include "engagement/journeys/admission.h"

namespace stockbell::engagement {
namespace {

std::string reason_of_wave(const std::string& restock, const Wave& wave) {
  auto reason = fmt::format("{}, wave {}", restock, wave.number);
  if (wave.rule == AllocationRule::units)
    reason += fmt::format(": {} units x {}, {} already invited for", wave.units,
                          factor_text(*wave.factor_percent), *wave.open_units);
  if (wave.interval) reason += "; after " + interval_text(*wave.interval, wave.measured);
  std::string shares;
  for (const auto& one : wave.classes)
    if (one.name != kStandardName || one.invited > 0)
      shares += fmt::format("{}{} {}", shares.empty() ? "" : ", ", one.invited, one.name);
  return shares.empty() ? reason : fmt::format("{}; invited {}", reason, shares);
}

std::vector<Waiter> waiters_of(const std::vector<WaitingRequest>& waiting) {
  std::vector<Waiter> waiters;
  waiters.reserve(waiting.size());
  for (const auto& one : waiting)
    waiters.push_back({one.requested_at, one.request.value, one.quantity});
  return waiters;
}

}  // namespace

struct JourneyService::WaveOfSku {
  const std::string& sku;
  KnownStock stock;
  Openings open;
  std::vector<std::vector<WaitingRequest>> queues{};  // of each class that is open
  bool page_full = false;                             // more may wait than were read
  Wave wave{};
  OpenInvitations invited_before{};
};

Result<> JourneyService::admit_wave(db::Session& session, const std::string& sku,
                                    Admission& admission) {
  const auto& policy = parts_.allocation;
  SB_TRY(stock, restocks_.lock_availability(session, sku));
  if (!stock || !stock->in_stock) return {};
  WaveOfSku at{sku, *stock, openings_for(sku)};
  if (at.open.classes.empty()) return {};
  SB_TRY(held, parts_.gate.holds(session, sku));
  if (held) return {};
  SB_TRY(may_be_decided, prepare_wave(session, at, admission));
  if (!may_be_decided) return {};
  std::map<std::string, std::int64_t> credits;
  if (!policy.classes.empty()) {
    SB_TRY(known, waves_.credits(session, sku));
    credits = std::move(known);
  }
  std::vector<std::vector<Waiter>> waiters;
  std::vector<ClassQueue> queues;
  for (std::size_t i = 0; i < at.queues.size(); ++i) {
    waiters.push_back(waiters_of(at.queues[i]));
    const auto& one = at.open.classes[i];
    queues.push_back({one.share_percent, credits[one.name], {}});
  }
  for (std::size_t i = 0; i < queues.size(); ++i) queues[i].waiting = waiters[i];
  const auto decision = decide_wave(policy, at.wave.units, at.invited_before.units, queues);
  if (decision.invited.empty()) {  // ends are looked at together, once a second
    if (at.invited_before.first_end)
      admission.result.later.emplace_back(
          std::chrono::ceil<std::chrono::seconds>(*at.invited_before.first_end), sku);
    return {};
  }
  return invite_wave(session, at, decision, admission);
}

Result<bool> JourneyService::prepare_wave(db::Session& session, WaveOfSku& at,
                                          Admission& admission) {
  const auto& policy = parts_.allocation;
  auto& result = admission.result;
  const auto most = most_to_read(policy, at.stock.ats);
  std::size_t waiting = 0, ended = 0;
  for (const auto& one : at.open.classes) {
    SB_TRY(queue,
           extensions_.list_waiting(session, at.sku, one.order, static_cast<int>(most), one.sites));
    at.page_full |= queue.size() == most;
    const auto before = queue.size();
    SB_CHECK(end_suppressed(session, queue, admission.updates));
    ended += before - queue.size();
    waiting += queue.size();
    at.queues.push_back(std::move(queue));
  }
  if (ended > 0) {  // the wave is decided on a queue without them
    result.served += ended;
    result.more.push_back(at.sku);
    return false;
  }
  if (waiting == 0) return false;
  auto& wave = at.wave;
  wave = Wave{{}, 1, admission.now, policy.rule, at.stock.ats, {}, {}, 0, 0, {}, {}, {}};
  SB_TRY(known, restocks_.find_open(session, at.sku));
  if (known) {
    SB_TRY(last, waves_.find_last(session, known->id));
    if (last) {
      SB_TRY(due, next_wave_of(session, *last, wave));
      if (due > admission.now) {
        result.later.emplace_back(due, at.sku);
        return false;
      }
      wave.number = last->number + 1;
    }
  }
  if (policy.rule == AllocationRule::units) {
    SB_TRY(counted, waves_.count_open(session, at.sku, admission.now, policy.invitation_window));
    at.invited_before = counted;
    wave.factor_percent = policy.factor_percent;
    wave.open_units = counted.units;
  }
  return true;
}

// When the wave after `last` may be decided; what that goes by is written into `next`.
Result<Time> JourneyService::next_wave_of(db::Session& session, const Wave& last, Wave& next) {
  const auto& policy = parts_.allocation;
  const LastWave before{last.decided_at, last.invited};
  if (!policy.interval_by_conversion) return next_wave_at(policy, before);
  const auto earliest = next_wave_at(policy, before, shortest_interval(policy.wave_interval));
  if (earliest > next.decided_at) return earliest;
  {  // measured before, and not over yet: whoever asks meanwhile makes nobody measure again
    std::lock_guard lock(mutex_);
    const auto known = not_before_.find(last.restock);
    if (known != not_before_.end() && known->second.first == last.number &&
        known->second.second > next.decided_at)
      return known->second.second;
  }
  SB_TRY(measured, waves_.measure(session, last.restock));
  next.measured = measured;
  next.interval = interval_by(policy.wave_interval, measured);
  const auto due = next_wave_at(policy, before, *next.interval);
  std::lock_guard lock(mutex_);
  if (due > next.decided_at)
    not_before_[last.restock] = {last.number, due};
  else
    not_before_.erase(last.restock);
  return due;
}

Result<> JourneyService::invite_wave(db::Session& session, WaveOfSku& at,
                                     const WaveDecision& decision, Admission& admission) {
  SB_TRY(restock, parts_.gate.restock_of(session, at.sku, at.stock.ats));
  if (!restock) return {};
  std::vector<WaitingRequest> invited;
  std::vector<std::size_t> taken(at.queues.size(), 0);
  std::size_t waiting = 0;
  for (const auto& queue : at.queues) waiting += queue.size();
  for (const auto queue : decision.invited)
    invited.push_back(std::move(at.queues[queue][taken[queue]++]));
  if (at.page_full || invited.size() < waiting) admission.result.more.push_back(at.sku);
  auto& wave = at.wave;
  wave.restock = restock->id;
  wave.invited = static_cast<std::int64_t>(invited.size());
  wave.invited_units = decision.invited_units;
  if (!parts_.allocation.classes.empty()) {
    std::map<std::string, std::int64_t> credits;
    for (std::size_t i = 0; i < at.open.classes.size(); ++i) {
      const auto& one = at.open.classes[i];
      wave.classes.push_back({one.name, one.share_percent, decision.classes[i].invited});
      if (one.share_percent > 0) credits[one.name] = decision.classes[i].credit;
    }
    SB_CHECK(waves_.save_credits(session, at.sku, credits));
  }
  SB_CHECK(record_wave(session, wave, at.sku, invited));
  admission.result.served += invited.size();
  return enter(session, *restock, at.open, invited, reason_of_wave(reason_of(*restock), wave),
               admission);
}

Result<> JourneyService::record_wave(db::Session& session, const Wave& wave, const std::string& sku,
                                     std::span<const WaitingRequest> invited) {
  SB_CHECK(waves_.add(session, wave));
  if (wave.rule == AllocationRule::everyone && !parts_.allocation.interval_by_conversion) return {};
  std::vector<Invitation> invitations;
  invitations.reserve(invited.size());
  for (const auto& one : invited)
    invitations.push_back(
        {one.request, counted_units(parts_.allocation, wave.units, one.quantity)});
  return waves_.invite(session, wave, sku, invitations);
}

}  // namespace stockbell::engagement
