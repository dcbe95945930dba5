// The boxes that run elsewhere, as the ports of those that run here: made from the configuration,
// and only where an arrow leaves this process. Used by the application and by `stockbell check`.
#pragma once
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "commerce/remote/remote_intake.h"
#include "commerce/remote/remote_purchases.h"
#include "commerce/remote/remote_stock_events.h"
#include "connect/remote/remote_change_feed.h"
#include "connect/remote/remote_engagement.h"
#include "connect/remote/remote_explanations.h"
#include "connect/remote/remote_status_sink.h"
#include "platform/config/config.h"

namespace stockbell::app {

// What the roles need and the configuration does not say: invalid "config-incomplete", naming the
// key.
Result<> check_roles(const config::Config& config);

class RemotePeers {
 public:
  RemotePeers(const config::Config& config, const Clock& clock);

  bool has_crm() const { return crm_ != nullptr; }
  bool has_engagement() const { return engagement_ != nullptr; }
  // Connect's parts of the CRM: they keep ids in Connect's store.
  void join_connect(db::Database& store, const config::Config& config, Random& random);

  // Null: not set, or not joined.
  NotificationIntake* intake() const { return intake_.get(); }
  Purchases* purchases() const { return purchases_.get(); }
  StockEvents* stock_events() const { return stock_events_.get(); }
  ChangeFeed* change_feed() const { return change_feed_.get(); }
  StatusUpdateSink* status_sink() const { return status_sink_.get(); }
  connect::RemoteEngagement* connect_engagement() const { return connect_engagement_.get(); }
  RequestExplanations* explanations() const { return explanations_.get(); }

  // Signs in and asks for something small.
  Result<> check_crm();
  Result<> check_engagement();

 private:
  const Clock& clock_;
  std::unique_ptr<salesforce::SalesforceClient> crm_;
  std::unique_ptr<salesforce::MarketingCloudClient> engagement_;
  std::unique_ptr<connect::ForeignIds> ids_;
  std::unique_ptr<commerce::RemoteIntake> intake_;
  std::unique_ptr<commerce::RemotePurchases> purchases_;
  std::unique_ptr<commerce::RemoteStockEvents> stock_events_;
  std::unique_ptr<connect::RemoteChangeFeed> change_feed_;
  std::unique_ptr<connect::RemoteStatusSink> status_sink_;
  std::unique_ptr<connect::RemoteEngagement> connect_engagement_;
  std::unique_ptr<connect::RemoteExplanations> explanations_;
};

}  // namespace stockbell::app
