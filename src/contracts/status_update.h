// Arrow 14-15: Engagement's update-object activities, carried by Connect to the CRM in batches.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "contracts/request_status.h"

namespace stockbell {

struct StatusUpdate {
  std::int64_t sequence = 0;  // order of decision in Engagement; unique
  RequestId request;
  RequestStatus status = RequestStatus::queued;
  Time at{};           // when it happened
  std::string reason;  // for the timeline: "restock 12 units, wave 1", "smtp 250 ok"
  // The shopper chose another variant: the open request is for this SKU from now on.
  std::string sku{};
  // The shopper still wants it: the time until the request expires counts from `at`.
  bool asked_again = false;
  // Of an end that nobody but Engagement decided (expired, address unsubscribed, given up): the
  // asking it rests on, as SyncedRequest::asked_at. Who has asked again since keeps the request.
  // Empty where the shopper decided, and from senders that do not tell: `at` is compared with the
  // asking then.
  std::optional<Time> decided_on{};
};

// Engagement's outbox of updates.
class StatusUpdateSource {
 public:
  virtual ~StatusUpdateSource() = default;
  // Oldest first, at most `limit`, with sequence > after.
  virtual Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) = 0;
  virtual Result<> discard_through(std::int64_t sequence) = 0;  // acknowledged; may be deleted
  virtual void on_update(std::function<void()> wake) = 0;
};

class StatusUpdateSink {
 public:
  virtual ~StatusUpdateSink() = default;
  // At most 200 (sObject collections). Applied through the transition table; applying twice changes
  // nothing; an update that the table refuses (late, backwards) or whose record is gone is passed
  // over, not an error.
  virtual Result<> apply(const std::vector<StatusUpdate>& updates) = 0;
};

}  // namespace stockbell
