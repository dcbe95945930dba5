#include "app/remote_peers.h"

#include <gmock/gmock.h>

namespace stockbell::app {
namespace {

using ::testing::HasSubstr;

config::Config with_roles(std::vector<std::string> roles) {
  config::Config config;
  config.roles = std::move(roles);
  return config;
}

std::string missing(const config::Config& config) {
  const auto checked = check_roles(config);
  return checked ? "nothing" : checked.error().message;
}

TEST(Roles, NeedTheirNeighboursHereOrElsewhere) {
  EXPECT_EQ(missing(config::Config()), "nothing");
  EXPECT_EQ(missing(with_roles({"crm"})), "nothing");
  EXPECT_EQ(missing(with_roles({"engagement"})), "nothing");
  EXPECT_EQ(missing(with_roles({"crm", "connect", "engagement"})), "nothing");
  EXPECT_THAT(missing(with_roles({"commerce"})), HasSubstr("crm.url"));
  EXPECT_THAT(missing(with_roles({"commerce", "crm"})), HasSubstr("engagement.sftp"));
  EXPECT_THAT(missing(with_roles({"connect", "engagement"})), HasSubstr("crm.url"));
  EXPECT_THAT(missing(with_roles({"connect", "crm"})), HasSubstr("engagement.url"));

  auto apart = with_roles({"commerce", "connect"});
  apart.crm_url = "https://example.my.salesforce.com";
  apart.engagement_url = "http://engagement:8080";
  apart.engagement_sftp = "sftp://shop:x@engagement/Import";
  EXPECT_THAT(missing(apart), HasSubstr("crm.client_id"));
  apart.crm_client_id = apart.engagement_client_id = "boxes";
  EXPECT_THAT(missing(apart), HasSubstr("crm.client_secret"));
  apart.crm_client_secret = "x";
  EXPECT_THAT(missing(apart), HasSubstr("engagement.client_secret"));
  apart.engagement_client_secret = "x";
  EXPECT_EQ(missing(apart), "nothing");
}

TEST(RemotePeers, AreMadeWhereAnArrowLeaves) {
  SystemClock clock;
  auto config = with_roles({"commerce", "connect"});
  RemotePeers none(config, clock);
  EXPECT_FALSE(none.has_crm());
  EXPECT_EQ(none.stock_events(), nullptr);
  config.crm_url = "http://127.0.0.1:9/";
  config.engagement_url = "http://127.0.0.1:9";
  RemotePeers peers(config, clock);
  EXPECT_NE(peers.intake(), nullptr);
  EXPECT_NE(peers.stock_events(), nullptr);
  EXPECT_EQ(peers.check_crm().error().reason, "http-unreachable");
  EXPECT_EQ(peers.check_engagement().error().reason, "http-unreachable");
}

}  // namespace
}  // namespace stockbell::app
