// What a Stockbell that runs Engagement elsewhere knows of why a request was, or was not, messaged:
// its route of the same name. A real Marketing Cloud has none, and says so. Used by the CRM box
// where both are apart; thread-safe.
#pragma once
#include "contracts/request_explanation.h"
#include "platform/salesforce/marketing_cloud_client.h"

namespace stockbell::connect {

class RemoteExplanations final : public RequestExplanations {
 public:
  explicit RemoteExplanations(salesforce::MarketingCloudClient& engagement)
      : engagement_(engagement) {}
  Result<std::vector<std::string>> explain(RequestId request) override;

 private:
  salesforce::MarketingCloudClient& engagement_;
};

}  // namespace stockbell::connect
