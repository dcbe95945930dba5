// Step 3 where the CRM runs elsewhere: hands requests to its flow action BackInStockRequest over
// REST, many in one call. Used by commerce's outbox. Thread-safe.
#pragma once
#include <mutex>
#include <set>

#include "contracts/notification_intake.h"
#include "platform/salesforce/salesforce_client.h"

namespace stockbell::commerce {

class RemoteIntake final : public NotificationIntake {
 public:
  explicit RemoteIntake(salesforce::SalesforceClient& crm) : crm_(crm) {}

  // Errors: invalid for what the flow refuses for good; internal for a request that fails by itself
  // now and may not later; everything else is unavailable, so that no shopper's request is given up
  // because of a flow, a right or a field that is missing there.
  Result<IntakeReceipt> submit(const NotificationRequest& request) override;
  // One call for up to 64. After a call that the server fails at (5xx) or does not end in time the
  // next carries half as many, after one that works twice as many. A request that fails alone while
  // others are answered gets an internal error; if none is answered, the server is away. A call
  // that is refused as a whole is divided at once.
  std::vector<Result<IntakeReceipt>> submit_all(
      std::span<const NotificationRequest> requests) override;

 private:
  Result<std::vector<Result<IntakeReceipt>>> call(std::span<const NotificationRequest> requests);
  std::vector<std::size_t> unsuspected(std::span<const NotificationRequest> requests);
  void blame_suspects(std::span<const NotificationRequest> requests,
                      std::vector<Result<IntakeReceipt>>& receipts);

  salesforce::SalesforceClient& crm_;
  std::mutex mutex_;  // guards what follows, and keeps rounds apart
  std::size_t at_once_ = 64;
  std::set<std::string> suspects_;  // keys of requests that failed alone since the last answer
};

}  // namespace stockbell::commerce
