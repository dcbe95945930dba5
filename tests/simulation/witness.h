// What somebody sees who stands outside and watches every arrow: who asked, what Stockbell was told
// of stock, whom it messaged. The invariants are judged by this alone (checkers.h), never by what
// the boxes believe. One thread.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/change_feed.h"
#include "contracts/message_channel.h"
#include "contracts/stock_events.h"

namespace stockbell::simulation {

// The invariants, numbered as in the design; the same in ARCHITECTURE but for the last three.
enum class Invariant {
  acknowledged_is_kept = 1,
  messaged_once = 2,
  available_at_hand_over = 3,
  waiting_are_served = 4,
  longest_waiting_first = 5,
  unsubscribed_left_alone = 6,
  repeats_change_nothing = 7,
  stale_feeds_change_nothing = 8,
  everything_is_explained = 9,
};

struct Violation {
  Invariant invariant;
  std::string what;
};

struct Asking {
  std::int64_t step = 0;
  Time at{};
  bool acknowledged = false;  // false: the process died before it answered; it may count or not
};

// Every fourth contact, by its id: whose requests come first (World configures the class "vip").
constexpr bool is_vip(ContactId contact) {
  return static_cast<std::uint64_t>(contact.value) * 0x9E3779B97F4A7C15 >> 62 == 0;
}

struct KnownRequest {  // as the CRM told it to Engagement
  std::string sku;
  Time requested_at{};
  Time asked_at{};  // the latest asking that the CRM counts for it
  bool vip = false;
  // Its place in line: by its class, then by time.
  std::pair<bool, Time> place() const { return {!vip, requested_at}; }
};

struct Delivery {
  std::int64_t step = 0;
  int times = 0;
  bool in_doubt = false;  // the process died before it recorded it
};

class Witness {
 public:
  // How long an item must have been in stock before it rings.
  using MustHold = std::function<Duration(const std::string& sku)>;
  Witness(const Clock& clock, MustHold must_hold)
      : clock_(clock), must_hold_(std::move(must_hold)) {}

  using Mailbox = std::string;
  using Pair = std::pair<Mailbox, std::string>;  // mailbox, SKU

  // -- what happens --
  void begin_step(std::int64_t step) { step_ = step; }
  void asked(const Pair& pair, Time at, bool acknowledged);
  void unsubscribed(const Mailbox& mailbox) { unsubscribed_.insert(mailbox); }
  void told(const StockObservation& seen);
  void told_in_vain(const StockObservation& seen);
  void synced(const ChangeBatch& batch, bool applied);
  void begin_engagement_step();
  void end_engagement_step(bool clean) { comparable_next_ = clean; }
  // At the last instant, Engagement having said that it is still wanted.
  void handed_over(const OutgoingMessage& message, DeliveryState state);
  // The process has died and come back. `recorded`: the requests whose Sent it remembers.
  void recovered(const std::set<RequestId>& recorded);

  // -- what is known by it --
  std::vector<Violation> violations;  // found while watching
  std::int64_t step() const { return step_; }
  const std::map<Pair, std::vector<Asking>>& askings() const { return askings_; }
  const std::map<RequestId, Delivery>& deliveries() const { return deliveries_; }
  const std::map<RequestId, OutgoingMessage>& messages() const { return messages_; }
  bool is_unsubscribed(const Mailbox& mailbox) const { return unsubscribed_.contains(mailbox); }
  Time asked_at(RequestId request) const;  // the epoch: Engagement has not heard of it
  bool told_available(const std::string& sku) const;
  std::int64_t handed_over_count() const { return handed_over_count_; }

 private:
  void judge(RequestId request, const OutgoingMessage& message);
  void judge_order(RequestId request, const KnownRequest& known);

  const Clock& clock_;
  const MustHold must_hold_;
  std::int64_t step_ = 0, handed_over_count_ = 0;
  std::map<Pair, std::vector<Asking>> askings_;
  std::set<Mailbox> unsubscribed_;
  std::map<std::string, StockObservation> told_;
  // Told, and the answer was lost: as of when.
  std::map<std::string, Time> doubtful_;
  // In stock without a break that was told: since then, at the earliest.
  std::map<std::string, Time> back_since_;
  std::map<RequestId, KnownRequest> requests_;
  std::set<RequestId> before_step_;  // known to Engagement when its step began
  std::map<RequestId, Delivery> deliveries_;
  std::map<RequestId, OutgoingMessage> messages_;
  // Order: of each SKU the latest place served in this step of Engagement.
  std::map<std::string, std::pair<bool, Time>> last_place_;
  std::set<RequestId> attempted_;
  std::set<std::string> disturbed_;  // sold out while messages were under way
  bool comparable_ = false, comparable_next_ = true;
};

// The request that a message is about, by its Message-ID; none: a notice.
std::optional<RequestId> request_of(const OutgoingMessage& message);

}  // namespace stockbell::simulation
