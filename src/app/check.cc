#include "app/check.h"

#include <iostream>

#include "app/api_client.h"
#include "app/feed_uploads.h"
#include "app/remote_peers.h"
#include "channels/email/smtp_channel.h"

namespace stockbell::app {
namespace {

// Prints a line and answers whether it is well.
bool report(const std::string& what, const Result<>& outcome) {
  std::cout << (outcome ? "ok    " : "WRONG ") << what << (outcome ? "" : ": " + outcome.error().message) << "\n";
  return outcome.has_value();
}

Result<> check_stores(const config::Config& config) {
  SB_TRY(client, ApiClient::open(config));
  SB_CHECK(client.call("GET", "/readyz"));
  return {};
}

Result<> check_mail(const config::Config& config) {
  if (config.mail_transport == "outbox") return {};
  SB_TRY(target, smtp::parse_url(config.mail_transport));
  channels::SmtpChannelOptions options;
  options.target = target;
  options.connections = 1;
  SB_TRY(channel, channels::SmtpChannel::create(options));
  return channel->check();
}

Result<> check_sftp(const config::Config& config) {
  if (config.engagement_sftp.empty()) return {};
  SB_TRY(target, parse_sftp_url(config.engagement_sftp));
  return sftp::SftpClient().check(target);
}

}  // namespace

Result<> check(const config::Config& config) {
  bool well = report("configuration", {});
  well &= report("stores (" + std::string(config.database_url == "sqlite" ? "sqlite" : "postgresql") + ")",
                 check_stores(config));
  well &= report(config.mail_transport == "outbox" ? "mail: local mailbox" : "mail server", check_mail(config));
  well &= report(config.engagement_sftp.empty() ? "sftp: own account" : "sftp server", check_sftp(config));
  well &= report("roles", check_roles(config));
  SystemClock clock;
  RemotePeers peers(config, clock);
  if (peers.has_crm()) well &= report("crm server", peers.check_crm());
  if (peers.has_engagement()) well &= report("engagement server", peers.check_engagement());
  if (well) return {};
  return fail(ErrorCode::invalid, "check-failed", "something above is wrong");
}

}  // namespace stockbell::app
