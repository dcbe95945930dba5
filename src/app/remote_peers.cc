#include "app/remote_peers.h"

#include "app/crm_options.h"

namespace stockbell::app {
namespace {

std::unexpected<Error> incomplete(std::string message) {
  return fail(ErrorCode::invalid, "config-incomplete", std::move(message));
}

salesforce::ServerOptions server(std::string url, const std::string& id,
                                 const std::string& secret) {
  while (url.ends_with('/')) url.pop_back();
  return {std::move(url), id, secret};
}

Result<> check_client(std::string_view section, const std::string& url, const std::string& id,
                      const std::string& secret) {
  if (url.empty() || (!id.empty() && !secret.empty())) return {};
  return incomplete(fmt::format(
      "{}.url is set, {}.{} is not; on a Stockbell there, `stockbell keys create` makes both",
      section, section, id.empty() ? "client_id" : "client_secret"));
}

}  // namespace

Result<> check_roles(const config::Config& config) {
  const bool commerce = config.has_role("commerce"), connect = config.has_role("connect");
  const bool crm = config.has_role("crm") || !config.crm_url.empty();
  const bool engagement = config.has_role("engagement") || !config.engagement_url.empty();
  if (commerce && !crm)
    return incomplete("commerce hands requests to a CRM: set crm.url, or run the crm role here");
  if (connect && !crm)
    return incomplete("connect reads changes from a CRM: set crm.url, or run the crm role here");
  if (connect && !engagement)
    return incomplete(
        "connect writes to an Engagement: set engagement.url, or run the engagement role here");
  if (commerce && !config.has_role("engagement") && config.engagement_sftp.empty())
    return incomplete(
        "commerce uploads the catalog feed: set engagement.sftp, or run the engagement role here");
  if (commerce || connect) {
    SB_CHECK(check_client("crm", config.crm_url, config.crm_client_id, config.crm_client_secret));
    SB_CHECK(check_client("engagement", config.engagement_url, config.engagement_client_id,
                          config.engagement_client_secret));
  }
  return {};
}

RemotePeers::RemotePeers(const config::Config& config, const Clock& clock) : clock_(clock) {
  if (!config.crm_url.empty()) {
    salesforce::SalesforceOptions options;
    options.server = server(config.crm_url, config.crm_client_id, config.crm_client_secret);
    options.api_version = config.crm_api_version;
    crm_ = std::make_unique<salesforce::SalesforceClient>(std::move(options), clock);
    intake_ = std::make_unique<commerce::RemoteIntake>(*crm_);
    purchases_ = std::make_unique<commerce::RemotePurchases>(*crm_);
  }
  if (!config.engagement_url.empty()) {
    engagement_ = std::make_unique<salesforce::MarketingCloudClient>(
        server(config.engagement_url, config.engagement_client_id, config.engagement_client_secret),
        clock);
    stock_events_ = std::make_unique<commerce::RemoteStockEvents>(*engagement_);
    connect_engagement_ = std::make_unique<connect::RemoteEngagement>(*engagement_);
    explanations_ = std::make_unique<connect::RemoteExplanations>(*engagement_);
  }
}

void RemotePeers::join_connect(db::Database& store, const config::Config& config, Random& random) {
  if (!crm_) return;
  ids_ = std::make_unique<connect::ForeignIds>(store, clock_, random);
  change_feed_ = std::make_unique<connect::RemoteChangeFeed>(
      *crm_, *ids_, clock_, std::chrono::seconds(config.crm_poll_seconds),
      read_class_field(config));
  status_sink_ = std::make_unique<connect::RemoteStatusSink>(*crm_, *ids_);
}

Result<> RemotePeers::check_crm() {
  if (!crm_) return {};
  return crm_->check();
}

Result<> RemotePeers::check_engagement() {
  if (!connect_engagement_) return {};
  SB_CHECK(connect_engagement_->updates_after(INT64_MAX - 1, 1));
  return {};
}

}  // namespace stockbell::app
