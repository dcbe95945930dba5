// Step 3 where the CRM runs elsewhere: hands requests to its flow action BackInStockRequest over
// REST, many in one call. Used by commerce's outbox. Thread-safe.
#pragma once
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
  // One call. When the server refuses the call as a whole, one call each.
  std::vector<Result<IntakeReceipt>> submit_all(
      std::span<const NotificationRequest> requests) override;

 private:
  Result<std::vector<Result<IntakeReceipt>>> call(std::span<const NotificationRequest> requests);
  salesforce::SalesforceClient& crm_;
};

}  // namespace stockbell::commerce
