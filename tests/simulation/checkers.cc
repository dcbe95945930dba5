#include "simulation/checkers.h"

namespace stockbell::simulation {
namespace {

using enum RequestStatus;

constexpr Duration kTwins = std::chrono::minutes(10);  // asking twice within it is asking once

std::string name_of(const crm::requests::RequestRow& row) {
  return fmt::format("{} about {} ({})", row.email, row.sku, to_text(row.state.status));
}

Violation unexplained(const crm::requests::RequestRow& row, const std::string& what) {
  return {Invariant::everything_is_explained, name_of(row) + ": " + what};
}

std::optional<Violation> check_timeline(World& world, const crm::requests::RequestRow& row) {
  const auto events = world.timeline(row.state.id);
  if (!events || events->empty()) return unexplained(row, "no timeline");
  // Known gap: events are read in the order of their ids, which follow the clock. Once it was
  // turned back only the reasons are judged.
  const bool in_order = !world.trouble.injected.contains("clock jumps back");
  for (std::size_t i = 1; in_order && i < events->size(); ++i) {
    const auto from = (*events)[i - 1].status, to = (*events)[i].status;
    if (from != to && !may_become(from, to))
      return unexplained(row, fmt::format("from {} to {}", to_text(from), to_text(to)));
  }
  for (const auto& event : *events)
    if (event.reason.empty())
      return unexplained(row, fmt::format("{} for no reason", to_text(event.status)));
  if (in_order && events->back().status != row.state.status)
    return unexplained(row, "the timeline ends elsewhere");
  const auto said = world.explain(row.state.id);
  if (!said || said->empty()) return unexplained(row, "nothing to say");
  return {};
}

bool was_messaged(RequestStatus status) {
  return status == sent || status == opened || status == clicked || status == purchased;
}

}  // namespace

std::optional<Violation> RecordsStay::check(const RequestRows& rows) {
  std::set<RequestId> now;
  for (const auto& row : rows) now.insert(row.state.id);
  for (const auto id : seen_)
    if (!now.contains(id))
      return Violation{Invariant::acknowledged_is_kept, fmt::format("record {} is gone", id.value)};
  seen_ = std::move(now);
  return {};
}

std::optional<Violation> check_acknowledged_is_kept(const Witness& witness,
                                                    const RequestRows& rows) {
  std::map<Witness::Pair, std::vector<const crm::requests::RequestRow*>> rows_of;
  for (const auto& row : rows) rows_of[{row.email, row.sku}].push_back(&row);
  for (const auto& [pair, askings] : witness.askings()) {
    const auto last = std::ranges::find_if(askings.rbegin(), askings.rend(), &Asking::acknowledged);
    if (last == askings.rend()) continue;
    if (witness.is_unsubscribed(pair.first)) continue;  // what they ask for is cancelled
    const auto name =
        fmt::format("{} about {}, asked at step {}", pair.first, pair.second, last->step);
    const auto found = rows_of.find(pair);
    if (found == rows_of.end())
      return Violation{Invariant::acknowledged_is_kept, name + ": there is no record"};
    const auto kept = [&](const crm::requests::RequestRow* row) {
      const auto delivery = witness.deliveries().find(row->state.id);
      if (delivery != witness.deliveries().end() && delivery->second.step >= last->step)
        return true;
      if (is_open(row->state.status)) return true;
      // Ended for a reason of its own, and this asking was counted for it: asked_at tells. Messaged
      // before, the asking is a twin of one that the message served.
      if (delivery == witness.deliveries().end())
        return witness.asked_at(row->state.id) + kTwins > last->at;
      // Known gap: the record of the message died with the process, and a click is all that is
      // heard of it; what was asked between the two counts for it.
      if (delivery->second.in_doubt && was_messaged(row->state.status)) return true;
      return std::ranges::any_of(askings, [&](const Asking& twin) {
        return twin.step <= delivery->second.step && twin.at + kTwins > last->at;
      });
    };
    if (!std::ranges::any_of(found->second, kept))
      return Violation{Invariant::acknowledged_is_kept,
                       name + ": every record was messaged before it"};
  }
  return {};
}

std::optional<Violation> check_stock_is_known(const Witness& witness, const Stock& stock) {
  for (const auto& [sku, units] : stock)
    if (witness.told_available(sku) != (units > 0))
      return Violation{Invariant::available_at_hand_over,
                       fmt::format("{}: {} units, and Engagement was told {}", sku, units,
                                   units > 0 ? "none" : "some")};
  return {};
}

std::optional<Violation> check_waiting_are_served(const RequestRows& rows, const Stock& stock,
                                                  const engagement::RestockRules& rules) {
  for (const auto& row : rows) {
    if (!is_open(row.state.status)) continue;
    const auto units = stock.find(row.sku);
    if (units == stock.end() || units->second == 0) continue;
    if (units->second < rules.rule_for(row.sku).minimum_quantity) continue;
    return Violation{Invariant::waiting_are_served, name_of(row) + ": it is there"};
  }
  return {};
}

std::optional<Violation> check_is_explained(World& world, const RequestRows& rows) {
  for (const auto& row : rows) {
    if (auto wrong = check_timeline(world, row)) return wrong;
    const auto delivery = world.witness.deliveries().find(row.state.id);
    const bool messaged = delivery != world.witness.deliveries().end();
    if (messaged && !delivery->second.in_doubt && !was_messaged(row.state.status))
      return unexplained(row, fmt::format("messaged at step {}", delivery->second.step));
    if (!messaged && was_messaged(row.state.status)) return unexplained(row, "nobody was messaged");
  }
  const auto untold = world.count_untold();
  if (untold && *untold == 0) return {};
  return Violation{Invariant::everything_is_explained, "the CRM has not heard of every status"};
}

std::string digest_of(const Witness& witness, const RequestRows& rows, const Stock& stock) {
  std::string digest = fmt::format("{} messages", witness.handed_over_count());
  for (const auto& row : rows)
    digest += fmt::format(" {}:{}", row.state.id.value, to_text(row.state.status));
  for (const auto& [sku, units] : stock)
    digest += fmt::format(" {}:{}", sku, witness.told_available(sku));
  return digest;
}

}  // namespace stockbell::simulation
