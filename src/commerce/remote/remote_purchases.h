// Purchases where the CRM runs elsewhere: finds the requests of the mailbox by SOQL and closes them
// with one collection update. Thread-safe.
#pragma once
#include "contracts/purchases.h"
#include "platform/salesforce/salesforce_client.h"

namespace stockbell::commerce {

class RemotePurchases final : public Purchases {
 public:
  explicit RemotePurchases(salesforce::SalesforceClient& crm) : crm_(crm) {}
  // What the server refuses for good (the record has moved on) is passed over.
  Result<> record(const Purchase& purchase) override;

 private:
  salesforce::SalesforceClient& crm_;
};

}  // namespace stockbell::commerce
