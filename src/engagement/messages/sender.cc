#include "engagement/messages/sender.h"

#include "engagement/messages/delivery_run.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
Result<> Sender::recover() {
  auto recovered = parts_.database.write(
      [&](db::Session& session) { return messages_.recover_leases(session); });
  if (!recovered) return std::unexpected(std::move(recovered).error());
  if (*recovered > 0) log::info("messages_in_doubt", {{"count", std::to_string(*recovered)}});
  return {};
}

Result<std::size_t> Sender::send_batch(int limit) {
  SB_CHECK(record_leftovers());
  const auto begun = begin_batch();
  auto batch = lease(limit);
  if (batch && !batch->messages.empty()) {
    std::vector<DeliveryOutcome> outcomes;
    const auto outgoing = take_off(*batch, begun, outcomes);
    deliver_and_record(
        parts_.channel, outgoing, std::move(outcomes),
        [this](MessageId message) { return still_wanted(message); },
        [this](std::vector<DeliveryOutcome> group) { record(std::move(group)); });
  }
  end_batch(begun, batch ? batch->messages : std::vector<LeasedMessage>{});
  if (!batch) return std::unexpected(std::move(batch).error());
  return batch->messages.size();
}

std::uint64_t Sender::begin_batch() {
  std::lock_guard lock(mutex_);
  return *under_way_.insert(++moment_).first;
}

void Sender::end_batch(std::uint64_t begun, const std::vector<LeasedMessage>& messages) {
  std::lock_guard lock(mutex_);
  for (const auto& message : messages) in_flight_.erase(message.id);
  under_way_.erase(begun);
  std::erase_if(cancelled_, [&](const auto& cancelled) {
    return under_way_.empty() || cancelled.second < *under_way_.begin();
  });
}

Result<std::optional<Time>> Sender::next_due() {
  return parts_.database.read([&](db::Session& session) { return messages_.next_due(session); });
}

void Sender::cancel(RequestId request) {
  std::lock_guard lock(mutex_);
  if (!under_way_.empty()) cancelled_[request] = ++moment_;
}

Result<Sender::Batch> Sender::lease(int limit) {
  const auto token = parts_.ids.next();
  return parts_.database.write([&](db::Session& session) -> Result<Batch> {
    Batch batch;
    SB_TRY(messages, messages_.lease(session, token, parts_.clock.now(), limit));
    batch.messages = std::move(messages);
    SB_CHECK(lay_out_products(session, batch));
    return batch;
  });
}

Result<> Sender::lay_out_products(db::Session& session, Batch& batch) {
  std::unordered_map<std::string, std::string> target_of;
  std::vector<std::pair<MessageId, std::string>> targets;
  for (const auto& message : batch.messages) {
    if (!batch.products.contains(message.sku)) {
      SB_TRY(item, catalog_.find(session, message.sku));
      const auto stock = parts_.stock.find(message.sku);
      batch.products.emplace(message.sku,
                             parts_.renderer.product(message.sku, item, stock ? stock->ats : 0));
      target_of.emplace(message.sku, parts_.renderer.target(item));
    }
    targets.emplace_back(message.id, target_of[message.sku]);
  }
  return messages_.set_targets(session, targets);
}

std::vector<OutgoingMessage> Sender::take_off(const Batch& batch, std::uint64_t begun,
                                              std::vector<DeliveryOutcome>& unreachable) {
  std::vector<OutgoingMessage> outgoing;
  outgoing.reserve(batch.messages.size());
  const auto now = parts_.clock.now();
  for (const auto& message : batch.messages) {
    if (message.address_key.empty()) {
      // The request waits until its contact, or the one it is merged into, has an address.
      unreachable.push_back({message.id, DeliveryState::withdrawn, 0, "no usable address"});
      continue;
    }
    {
      std::lock_guard lock(mutex_);
      in_flight_[message.id] = {message.request, message.sku, message.address_key, begun};
    }
    outgoing.push_back(parts_.renderer.render(message, batch.products.at(message.sku), now));
  }
  return outgoing;
}

bool Sender::still_wanted(MessageId message) const {
  Flight flight;
  {
    std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(message);
    if (found == in_flight_.end()) return false;
    flight = found->second;
    const auto cancelled = cancelled_.find(flight.request);
    if (cancelled != cancelled_.end() && cancelled->second > flight.begun) return false;
  }
  return parts_.stock.available(flight.sku) && !parts_.suppressions.contains(flight.address_key);
}

void Sender::record(std::vector<DeliveryOutcome> outcomes) {
  const auto recorded = parts_.record(outcomes);
  if (recorded) return;
  log::error("outcomes_not_recorded",
             {{"count", std::to_string(outcomes.size())}, {"error", recorded.error().message}});
  std::lock_guard lock(mutex_);
  unrecorded_.insert(unrecorded_.end(), outcomes.begin(), outcomes.end());
}

Result<> Sender::record_leftovers() {
  std::vector<DeliveryOutcome> outcomes;
  {
    std::lock_guard lock(mutex_);
    outcomes.swap(unrecorded_);
  }
  if (outcomes.empty()) return {};
  auto recorded = parts_.record(outcomes);
  if (recorded) return {};
  std::lock_guard lock(mutex_);
  unrecorded_.insert(unrecorded_.end(), outcomes.begin(), outcomes.end());
  return recorded;
}

}  // namespace stockbell::engagement
