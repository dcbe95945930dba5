#include "app/demo_shop.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

#include "app/api_client.h"
#include "demo/demo_catalog.h"
#include "platform/text/json.h"

namespace stockbell::app {
namespace {

constexpr const char* kEmail = "demo@example.com";

Result<> seed_catalog(const config::Config& config, ApiClient& client) {
  const auto folder = config.data_dir / "demo";
  if (std::filesystem::exists(folder / "done")) return {};
  SB_CHECK(demo::write_catalog({}, folder));
  std::error_code error;
  std::filesystem::create_directories(config.data_dir / "pictures", error);
  std::filesystem::copy(folder / "pictures", config.data_dir / "pictures",
                        std::filesystem::copy_options::overwrite_existing | std::filesystem::copy_options::recursive, error);
  if (error) return fail(ErrorCode::internal, "demo-pictures", "copying the demo's pictures: " + error.message());
  for (const std::string kind : {"catalog", "inventory"}) {
    SB_TRY(import, client.import_file(kind, "", folder / (kind + ".xml")));
    if (import.state == "failed") return fail(ErrorCode::internal, "demo-import", "the demo's " + kind + ": " + import.error);
  }
  std::ofstream(folder / "done") << "seeded\n";
  return {};
}

Result<std::string> make_user(ApiClient& client) {
  text::JsonWriter body;
  body.begin_object().member("email", kEmail).end_object();
  SB_TRY(answer, client.call("POST", "/api/v1/users", body.str()));
  SB_TRY(object, text::parse_json_object(answer));
  return std::string(object.at("password").as_string());
}

}  // namespace

Result<DemoUser> open_demo_shop(const config::Config& config, const Control& control) {
  auto client = ApiClient::of(control);
  if (config.has_role("commerce")) SB_CHECK(seed_catalog(config, client));
  const auto file = config.data_dir / "demo-user";
  DemoUser user{kEmail, ""};
  if (std::ifstream in(file); in && std::getline(in, user.password)) return user;
  SB_TRY(password, make_user(client));
  user.password = password;
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    const auto line = user.password + "\n";
    if (write(descriptor, line.data(), line.size()) < 0) std::filesystem::remove(file);
    close(descriptor);
  }
  return user;
}

}  // namespace stockbell::app
