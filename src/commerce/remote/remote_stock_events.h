// Live stock where Engagement runs elsewhere: rows of its data extension Catalog_Stock over the
// Marketing Cloud REST API. Used by commerce's outbox beside step 9. Thread-safe.
#pragma once
#include "contracts/stock_events.h"
#include "platform/salesforce/marketing_cloud_client.h"

namespace stockbell::commerce {

class RemoteStockEvents final : public StockEvents {
 public:
  explicit RemoteStockEvents(salesforce::MarketingCloudClient& engagement)
      : engagement_(engagement) {}
  Result<> observe(const std::vector<StockObservation>& observations) override;

 private:
  salesforce::MarketingCloudClient& engagement_;
};

}  // namespace stockbell::commerce
