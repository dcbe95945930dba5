// Purchases where the CRM runs elsewhere: finds the requests of the mailbox by SOQL and closes them
// with one collection update. Thread-safe.
#pragma once
#include <atomic>

#include "contracts/purchases.h"
#include "platform/salesforce/salesforce_client.h"

namespace stockbell::commerce {

class RemotePurchases final : public Purchases {
 public:
  explicit RemotePurchases(salesforce::SalesforceClient& crm) : crm_(crm) {}
  // What the server refuses for good (the record has moved on) is passed over.
  Result<> record(const Purchase& purchase) override;

 private:
  Result<boost::json::value> find(const Purchase& purchase);

  salesforce::SalesforceClient& crm_;
  std::atomic<bool> without_last_asked_{false};  // an org that has no such field
};

}  // namespace stockbell::commerce
