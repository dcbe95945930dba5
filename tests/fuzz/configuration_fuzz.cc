// The configuration file and one override.
#include "fuzz/fuzz.h"
#include "platform/config/config.h"

using namespace stockbell;

FUZZ_TARGET(configuration) {
  if (input.find("file:") != input.npos) return;  // reads the file it names, by intent
  const fuzz::MemoryFile file(input);
  const auto config = config::load(file.path(), [](const std::string&) { return std::nullopt; });
  if (!config) {
    REQUIRE(config.error().reason.starts_with("config-") && !config.error().message.empty());
    return;
  }
  REQUIRE(!config->roles.empty() && config->http_workers >= 1 && config->mail_connections >= 1);
  REQUIRE(config->http_tls_certificate.empty() == config->http_tls_key.empty());
}
