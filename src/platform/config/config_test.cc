#include "platform/config/config.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>
#include <map>
#include <sstream>

namespace stockbell::config {
namespace {

using testing::HasSubstr;

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() {
    char name[] = "/tmp/stockbell-config-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~ConfigFile() override { std::filesystem::remove_all(directory_); }

  Result<Config> load_text(const std::string& text) {
    const auto file = directory_ / "stockbell.toml";
    std::ofstream(file) << text;
    return load(file, [this](const std::string& name) -> std::optional<std::string> {
      const auto it = environment_.find(name);
      return it == environment_.end() ? std::nullopt : std::optional(it->second);
    });
  }
  std::string error(const std::string& text) {
    auto config = load_text(text);
    return config ? "accepted" : config.error().message;
  }

  std::filesystem::path directory_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ConfigFile, ReadsEveryKindOfValue) {
  const auto config = load_text(
      "data_dir = \"/srv/bell\"\nroles = [\"crm\", \"connect\"]\n[http]\nworkers = "
      "7\n[mail]\ntransport = \"smtp://mx:25\"\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->data_dir, "/srv/bell");
  EXPECT_TRUE(config->has_role("crm"));
  EXPECT_FALSE(config->has_role("commerce"));
  EXPECT_EQ(config->http_workers, 7);
  EXPECT_EQ(config->mail_transport, "smtp://mx:25");
}

TEST_F(ConfigFile, UnknownKeyNamesFileLineAndSiblings) {
  EXPECT_THAT(error("[http]\nlisten = \"0.0.0.0:80\"\nlissten = \"x\"\n"),
              testing::AllOf(HasSubstr("stockbell.toml:3"), HasSubstr("http.lissten"),
                             HasSubstr("tls_certificate")));
  EXPECT_THAT(error("[htpp]\nlisten = \"0.0.0.0:80\"\n"), HasSubstr("unknown section [htpp]"));
}

TEST_F(ConfigFile, BadValueSaysWhatWouldBeRight) {
  EXPECT_THAT(error("[http]\nlisten = \"nowhere\"\n"), HasSubstr("address:port"));
  EXPECT_THAT(error("[http]\nworkers = \"many\"\n"), HasSubstr("a whole number"));
  EXPECT_THAT(error("roles = [\"comerce\"]\n"), HasSubstr("commerce, crm, connect, engagement"));
  EXPECT_THAT(error("[database]\nurl = \"mysql://x\"\n"), HasSubstr("postgresql://"));
  EXPECT_THAT(error("x = = 1"), HasSubstr("stockbell.toml:1"));
  EXPECT_THAT(error(" [[[{b a = 1"), HasSubstr("stockbell.toml:1"));
}

TEST_F(ConfigFile, ATlsListenerNeedsACertificate) {
  EXPECT_THAT(error("[http]\ntls_listen = \"127.0.0.1:8443\"\n"),
              HasSubstr("http.tls_certificate"));
  const auto config = load_text(
      "[http]\ntls_listen = \"127.0.0.1:8443\"\ntls_certificate = \"c\"\ntls_key = \"k\"\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http_tls_listen, "127.0.0.1:8443");
  EXPECT_THAT(error("[http]\ntls_listen = \"\"\n"), HasSubstr("address:port"));
}

TEST_F(ConfigFile, ReadsTheAllocationAndSaysWhatIsWrongWithIt) {
  const auto factor = [&](const std::string& text) {
    const auto config = load_text("[engagement]\nallocation_factor = " + text + "\n");
    return config ? config->engagement_allocation_factor_percent : -1;
  };
  EXPECT_EQ(factor("2"), 200);
  EXPECT_EQ(factor("1.15"), 115);
  EXPECT_EQ(factor("2.0"), 200);
  EXPECT_EQ(factor("0.01"), 1);
  EXPECT_EQ(factor("100"), 10'000);
  for (const auto* wrong : {"0", "-1", "100.5", "1.005", "1e300", "nan", "inf"}) {
    EXPECT_EQ(factor(wrong), -1) << wrong;
    EXPECT_THAT(error(std::string("[engagement]\nallocation_factor = ") + wrong + "\n"),
                testing::AllOf(HasSubstr("stockbell.toml:2: engagement.allocation_factor"),
                               HasSubstr("a number from 0.01 to 100")));
  }
  EXPECT_THAT(error("[engagement]\nallocation_factor = \"2\"\n"), HasSubstr("expected a number"));
  EXPECT_THAT(error("[engagement]\nallocation = \"fair\"\n"), HasSubstr("everyone, units"));
  EXPECT_THAT(error("[engagement]\nwave_size = 100\n"), HasSubstr("engagement.wave_minutes"));
  EXPECT_THAT(error("[engagement]\nwave_interval = \"auto\"\n"), HasSubstr("wave_minutes"));
  EXPECT_THAT(error("[engagement]\nwave_interval = \"slow\"\n"), HasSubstr("fixed, auto"));
  EXPECT_THAT(error("[engagement]\ninvitation_minutes = 0\n"), HasSubstr("from 1 to 43200"));
  environment_["STOCKBELL_ENGAGEMENT_ALLOCATION_FACTOR"] = "1.5";
  const auto config =
      load_text("[engagement]\nallocation = \"units\"\nwave_size = 100\nwave_minutes = 10\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->engagement_allocation, "units");
  EXPECT_EQ(config->engagement_allocation_factor_percent, 150);
}

TEST_F(ConfigFile, ReadsTheClassesAndTheFieldThatTellsThem) {
  const auto config = load_text(
      "[crm]\nclass_field = \"Contact.Tier__c\"\n"
      "[[engagement.classes]]\nname = \"vip\"\nshare_percent = 30\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->crm_class_field, "Contact.Tier__c");
  EXPECT_THAT(config->engagement_classes, HasSubstr("share_percent"));
  for (const auto* wrong : {"Tier__c", "Contact.", "Lead.Tier__c", "Contact.A'B", "Contact.A.B"})
    EXPECT_THAT(error(std::string("[crm]\nclass_field = \"") + wrong + "\"\n"),
                HasSubstr("Contact.Tier__c"))
        << wrong;
}

TEST_F(ConfigFile, ReadsTheRulesOfRestocks) {
  const auto config = load_text(
      "[engagement]\nrestock_minimum_quantity = 5\nrestock_hold_seconds = 900\n"
      "[[engagement.restock_rules]]\nskus = [\"SHOE-*\"]\ncool_down_seconds = 60\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->engagement_restock_minimum_quantity, 5);
  EXPECT_EQ(config->engagement_restock_hold_seconds, 900);
  EXPECT_THAT(config->engagement_restock_rules, HasSubstr("SHOE-*"));
  EXPECT_THAT(error("[engagement]\nrestock_cool_down_seconds = -1\n"),
              HasSubstr("from 0 to 31536000"));
  EXPECT_THAT(error("[engagement]\nrestock_rules = 3\n"), HasSubstr("expected a list of tables"));
}

TEST_F(ConfigFile, EnvironmentOverridesTheFile) {
  environment_["STOCKBELL_HTTP_WORKERS"] = "3";
  environment_["STOCKBELL_DATA_DIR"] = "/elsewhere";
  const auto config = load_text("[http]\nworkers = 7\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http_workers, 3);
  EXPECT_EQ(config->data_dir, "/elsewhere");
}

TEST_F(ConfigFile, SecretsComeFromFilesAndEnvironmentAndAreNeverPrinted) {
  std::ofstream(directory_ / "url") << "postgresql://bell:geheim@db/bell\n";
  auto config = load_text("[database]\nurl = \"file:" + (directory_ / "url").string() + "\"\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->database_url, "postgresql://bell:geheim@db/bell");
  environment_["MAIL_URL"] = "geheim://x";
  EXPECT_THAT(error("[mail]\ntransport = \"env:MAIL_URL\"\n"), testing::Not(HasSubstr("geheim")));
  EXPECT_THAT(error("[mail]\ntransport = \"env:NO_SUCH\"\n"), HasSubstr("NO_SUCH"));
}

TEST(ConfigReference, NamesEveryKey) {
  std::ifstream in(STOCKBELL_SOURCE_DIR "/docs/configuration.md");
  std::stringstream text;
  text << in.rdbuf();
  for (const auto& key : key_names()) EXPECT_THAT(text.str(), HasSubstr("`" + key + "`"));
}

}  // namespace
}  // namespace stockbell::config
