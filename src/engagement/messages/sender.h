// The sender (step 12-13): leases queued messages, renders them, hands them to the channel and has
// the outcomes recorded in groups while the rest is under way. What was leased but not recorded
// when a process died is sent again with the same Message-ID. send_batch() may run on several
// threads; everything is thread-safe.
#pragma once
#include <functional>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "contracts/message_channel.h"
#include "engagement/messages/message_renderer.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

class Sender {
 public:
  // Writes a group of outcomes in one transaction; an error leaves them leased, and the sender
  // tries again.
  using Record = std::function<Result<>(const std::vector<DeliveryOutcome>&)>;
  struct Parts {
    db::Database& database;
    const Clock& clock;
    IdGenerator& ids;
    MessageChannel& channel;
    const MessageRenderer& renderer;
    const StockLedger& stock;
    const SuppressionList& suppressions;
    Record record;
  };
  explicit Sender(Parts parts) : parts_(std::move(parts)) {}

  Result<> recover();  // at start, before any batch
  // One batch from lease to record. Returns how many messages were leased: 0 means nothing is due.
  Result<std::size_t> send_batch(int limit = 200);
  Result<std::optional<Time>> next_due();
  // Nothing of this request that is leased already leaves. A request that waits again later is sent
  // as any other.
  void cancel(RequestId request);

 private:
  struct Flight {
    RequestId request;
    std::string sku, address_key;
    std::uint64_t begun = 0;  // its batch
  };
  using Products = std::unordered_map<std::string, templates::Value>;
  struct Batch {
    std::vector<LeasedMessage> messages;
    Products products;  // the first phase of rendering, by SKU
  };
  Result<Batch> lease(int limit);
  Result<> lay_out_products(db::Session& session, Batch& batch);
  std::uint64_t begin_batch();
  void end_batch(std::uint64_t begun, const std::vector<LeasedMessage>& messages);
  std::vector<OutgoingMessage> take_off(const Batch& batch, std::uint64_t begun,
                                        std::vector<DeliveryOutcome>& unreachable);
  bool still_wanted(MessageId message) const;
  void record(std::vector<DeliveryOutcome> outcomes);
  Result<> record_leftovers();

  Parts parts_;
  MessageStore messages_;
  CatalogStore catalog_;
  mutable std::mutex mutex_;
  std::unordered_map<MessageId, Flight> in_flight_;
  // A count that grows with each batch and each cancellation: what was cancelled before a batch
  // began concerns it no more.
  std::uint64_t moment_ = 0;
  std::set<std::uint64_t> under_way_;
  std::unordered_map<RequestId, std::uint64_t> cancelled_;
  std::vector<DeliveryOutcome>
      unrecorded_;  // the store was away; nothing new leaves before they are in
};

}  // namespace stockbell::engagement
