#include "simulation/witness.h"

#include <charconv>

namespace stockbell::simulation {

std::optional<RequestId> request_of(const OutgoingMessage& message) {
  constexpr std::string_view kPrefix = "back-in-stock.";
  if (!message.message_id.starts_with(kPrefix)) return {};
  RequestId request;
  const auto* begin = message.message_id.data() + kPrefix.size();
  const auto* end = message.message_id.data() + message.message_id.size();
  const auto read = std::from_chars(begin, end, request.value);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '@') return {};
  return request;
}

void Witness::asked(const Pair& pair, Time at, bool acknowledged) {
  askings_[pair].push_back({step_, at, acknowledged});
}

void Witness::told(const StockObservation& seen) {
  if (const auto doubt = doubtful_.find(seen.sku);
      doubt != doubtful_.end() && seen.observed_at >= doubt->second)
    doubtful_.erase(doubt);
  const auto [known, first] = told_.try_emplace(seen.sku, seen);
  if (seen.in_stock && seen.observed_at >= known->second.observed_at)
    back_since_.try_emplace(seen.sku, seen.observed_at);
  if (first || seen.observed_at < known->second.observed_at) return;
  const bool sold_out = known->second.in_stock && !seen.in_stock;
  known->second = seen;
  if (!seen.in_stock) back_since_.erase(seen.sku);
  if (!sold_out) return;
  // Whoever waits for it is in line anew.
  disturbed_.insert(seen.sku);
  std::erase_if(attempted_, [&](RequestId id) { return requests_.at(id).sku == seen.sku; });
}

void Witness::told_in_vain(const StockObservation& seen) {
  auto& since = doubtful_[seen.sku];
  since = std::max(since, seen.observed_at);
  if (seen.in_stock) back_since_.try_emplace(seen.sku, seen.observed_at);
}

void Witness::synced(const ChangeBatch& batch, bool applied) {
  for (const auto& request : batch.requests) {
    if (!applied && requests_.contains(request.id)) continue;
    requests_[request.id] = {request.sku, request.requested_at,
                             std::max(request.requested_at, request.asked_at),
                             is_vip(request.contact)};
  }
}

void Witness::begin_engagement_step() {
  before_step_.clear();
  for (const auto& [id, request] : requests_) before_step_.insert(id);
  last_place_.clear();
  disturbed_.clear();
  comparable_ = comparable_next_;
  comparable_next_ = false;
}

void Witness::handed_over(const OutgoingMessage& message, DeliveryState state) {
  const auto request = request_of(message);
  if (!request) return;
  judge(*request, message);
  if (state != DeliveryState::delivered) return;
  ++handed_over_count_;
  auto& delivery = deliveries_[*request];
  ++delivery.times;
  delivery.step = step_;
  delivery.in_doubt = false;
  messages_.insert_or_assign(*request, message);
}

void Witness::judge(RequestId request, const OutgoingMessage& message) {
  using enum Invariant;
  const auto known = requests_.find(request);
  if (known == requests_.end()) {
    violations.push_back({messaged_once, "a message of a request that nobody made"});
    return;
  }
  const auto& sku = known->second.sku;
  const auto& mailbox = message.to_address;
  const auto name = fmt::format("{} about {}", mailbox, sku);
  if (!askings_.contains({mailbox, sku}))
    violations.push_back({messaged_once, name + ": never asked"});
  if (const auto before = deliveries_.find(request);
      before != deliveries_.end() && !before->second.in_doubt)
    violations.push_back(
        {messaged_once, name + fmt::format(": messaged at step {} already", before->second.step)});
  if (!told_available(sku))
    violations.push_back({available_at_hand_over, name + ": it is not available"});
  // What is in the sender's hands already leaves as long as the item is there. Commerce tells of
  // several changes in a millisecond as of the next ones.
  if (const auto since = back_since_.find(sku);
      since != back_since_.end() && !disturbed_.contains(sku) &&
      clock_.now() - since->second + std::chrono::seconds(1) < must_hold_(sku))
    violations.push_back({available_at_hand_over, name + ": it has not stayed for long enough"});
  if (unsubscribed_.contains(mailbox))
    violations.push_back({unsubscribed_left_alone, name + ": unsubscribed"});
  judge_order(request, known->second);
}

// Who was known before the step and is tried for the first time goes in the order of the classes,
// and within its class in that of asking: all
// that wait are admitted together then.
void Witness::judge_order(RequestId request, const KnownRequest& known) {
  if (!attempted_.insert(request).second) return;
  if (!comparable_ || !before_step_.contains(request) || disturbed_.contains(known.sku)) return;
  const auto [place, first] = last_place_.try_emplace(known.sku, known.place());
  if (first) return;
  const auto text = [](const std::pair<bool, Time>& of) {
    return fmt::format("{} who asked at {}", of.first ? "one" : "a vip", to_rfc3339(of.second));
  };
  if (known.place() < place->second)
    violations.push_back(
        {Invariant::longest_waiting_first, fmt::format("{}: {} comes after {}", known.sku,
                                                       text(known.place()), text(place->second))});
  place->second = known.place();
}

void Witness::recovered(const std::set<RequestId>& recorded) {
  for (auto& [request, delivery] : deliveries_)
    if (delivery.step == step_ && !recorded.contains(request)) delivery.in_doubt = true;
  comparable_next_ = false;
}

Time Witness::asked_at(RequestId request) const {
  const auto found = requests_.find(request);
  return found == requests_.end() ? Time{} : found->second.asked_at;
}

bool Witness::told_available(const std::string& sku) const {
  if (doubtful_.contains(sku)) return true;
  const auto found = told_.find(sku);
  return found != told_.end() && found->second.in_stock;
}

}  // namespace stockbell::simulation
