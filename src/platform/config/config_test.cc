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
  EXPECT_THAT(error("[http]\ntls_listen = \"127.0.0.1:8443\"\n"), HasSubstr("http.tls_certificate"));
  const auto config = load_text(
      "[http]\ntls_listen = \"127.0.0.1:8443\"\ntls_certificate = \"c\"\ntls_key = \"k\"\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http_tls_listen, "127.0.0.1:8443");
  EXPECT_THAT(error("[http]\ntls_listen = \"\"\n"), HasSubstr("address:port"));
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
