// Steps 7 and 14 where Engagement runs elsewhere: synchronised rows are upserted, and status
// updates read and acknowledged, as rows of data extensions over the Marketing Cloud REST API. Used
// by Connect's flows; thread-safe.
#pragma once
#include "contracts/change_feed.h"
#include "contracts/status_update.h"
#include "platform/salesforce/marketing_cloud_client.h"

namespace stockbell::connect {

class RemoteEngagement final : public SynchronizedExtensions, public StatusUpdateSource {
 public:
  explicit RemoteEngagement(salesforce::MarketingCloudClient& engagement)
      : engagement_(engagement) {}

  // Contacts, then requests, then what is gone of contacts; in calls of at most 200 rows.
  Result<> apply(const ChangeBatch& batch) override;
  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override;
  Result<> discard_through(std::int64_t sequence) override;
  void on_update(std::function<void()>) override {}  // nobody tells us; the flow asks each second

 private:
  salesforce::MarketingCloudClient& engagement_;
};

}  // namespace stockbell::connect
