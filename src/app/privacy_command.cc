#include "app/privacy_command.h"

#include <fstream>
#include <iostream>

#include "app/api_client.h"
#include "platform/text/json.h"

namespace stockbell::app {
namespace {

Result<std::string> ask(const config::Config& config, const std::string& path,
                        const std::string& email) {
  SB_TRY(client, ApiClient::open(config));
  text::JsonWriter body;
  body.begin_object().member("email", email).end_object();
  return client.call("POST", path, body.str());
}

}  // namespace

Result<> export_address(const config::Config& config, const std::string& email,
                        const std::string& out) {
  SB_TRY(document, ask(config, "/api/v1/privacy/export", email));
  if (out.empty()) {
    std::cout << document << "\n";
    return {};
  }
  std::ofstream file(out, std::ios::binary);
  file << document << "\n";
  file.close();
  if (!file) return fail(ErrorCode::unavailable, "file-unwritable", "cannot write " + out, "out");
  return {};
}

Result<> erase_address(const config::Config& config, const std::string& email) {
  SB_TRY(receipt, ask(config, "/api/v1/privacy/erase", email));
  std::cout << receipt << "\n";
  return {};
}

}  // namespace stockbell::app
