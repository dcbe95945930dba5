#include "app/journey_command.h"

#include <boost/json.hpp>
#include <iostream>

#include "app/api_client.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

std::string shown(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

}  // namespace

Result<> list_journeys(const config::Config& config) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("GET", "/api/v1/journeys"));
  SB_TRY(page, text::parse_json_object(answer, 64 << 20));
  for (const auto& item : page.at("items").as_array()) {
    const auto& row = item.as_object();
    std::cout << shown(row, "key") << "\t" << shown(row, "status") << "\tversion "
              << shown(row, "version") << "\t" << shown(row, "entered") << " entered\t"
              << shown(row, "running") << " on their way\t"
              << (row.at("draft").as_bool() ? "draft waits" : "") << "\t" << shown(row, "name")
              << "\n";
  }
  return {};
}

Result<> change_journey(const config::Config& config, const std::string& key,
                        const std::string& change) {
  SB_TRY(client, ApiClient::open(config));
  auto answer =
      client.call("POST", fmt::format("/api/v1/journeys/{}/{}", text::url_encode(key), change));
  if (!answer)
    return fail(std::move(answer).error().within(fmt::format("journeys {} {}", change, key)));
  SB_TRY(row, text::parse_json_object(*answer));
  std::cout << shown(row, "key") << "\t" << shown(row, "status") << "\tversion "
            << shown(row, "version") << "\n";
  return {};
}

Result<> show_claim_secret(const config::Config& config) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("GET", "/api/v1/claims/secret"));
  SB_TRY(object, text::parse_json_object(answer));
  std::cout << shown(object, "secret") << "\n";
  return {};
}

}  // namespace stockbell::app
