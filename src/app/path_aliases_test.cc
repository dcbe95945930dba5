#include "app/path_aliases.h"

#include <gtest/gtest.h>

namespace stockbell::app {
namespace {

TEST(PathAliases, DropsOneSlashAtTheEndOfARestPath) {
  EXPECT_EQ(path_of_alias("/services/data/v59.0/sobjects/Contact/"), "/services/data/v59.0/sobjects/Contact");
  EXPECT_EQ(path_of_alias("/services/data/v59.0/query/"), "/services/data/v59.0/query");
  EXPECT_EQ(path_of_alias("/services/data/v59.0/"), "/services/data/v59.0");
  EXPECT_EQ(path_of_alias("/services/data/"), "/services/data");
  EXPECT_EQ(path_of_alias("/services/data"), "/services/data");
  EXPECT_EQ(path_of_alias("/services/data/v59.0/sobjects/X/Key__c/a/"), "/services/data/v59.0/sobjects/X/Key__c/a/") << "the value's own";
  EXPECT_EQ(path_of_alias("/services/data/v59.0/sobjects/X/updated/"), "/services/data/v59.0/sobjects/X/updated");
  EXPECT_EQ(path_of_alias("/services/data/v59.0/sobjects/X/Key__c/a%2F"), "/services/data/v59.0/sobjects/X/Key__c/a%2F");
}

TEST(PathAliases, LeavesOtherPathsAlone) {
  for (const auto* path : {"/", "/console/", "/services/oauth2/token", "/api/v1/v2/token", "/services/data/v59.0/sobjects/X/K/v2/token",
                           "/.salesforce.communism/x", "/x/.salesforce.com/services/oauth2/token", "/v2/tokens", "/v2/token/"})
    EXPECT_EQ(path_of_alias(path), path);
}

TEST(PathAliases, KnowsTheDomainTrickOfSimpleSalesforce) {
  EXPECT_EQ(path_of_alias("/.salesforce.com/services/oauth2/token"), "/services/oauth2/token");
  EXPECT_EQ(path_of_alias("/.salesforce.com/services/Soap/u/59.0"), "/services/Soap/u/59.0");
  EXPECT_EQ(path_of_alias("/.salesforce.com/services/data/v59.0/limits/"), "/services/data/v59.0/limits");
  EXPECT_EQ(path_of_alias("/.salesforce.com"), "/.salesforce.com");
  EXPECT_EQ(path_of_alias("/.salesforce.com/.salesforce.com/x"), "/.salesforce.com/x");
}

TEST(PathAliases, FindsTheTokenEndpointOfSfmcSdk) {
  EXPECT_EQ(path_of_alias("/https://mc12345678901234567890123456.auth.marketingcloudapis.com/v2/token"), "/v2/token");
  EXPECT_EQ(path_of_alias("/v2/token"), "/v2/token");
  EXPECT_EQ(path_of_alias("/a%2Fv2%2Ftoken"), "/a%2Fv2%2Ftoken");
}

}  // namespace
}  // namespace stockbell::app
