// What there is (reference 3.2): the versions, a version's resources, the limits.
#include "crm/rest/route_table.h"
#include "platform/crypto/crypto.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

constexpr int kOldest = 20, kNewest = 62;

// 59.0 is Winter '24, 60.0 Spring '24.
std::string label_of(int version) {
  static constexpr std::array kSeasons{"Winter", "Spring", "Summer"};
  const int since = version - kOldest;
  return fmt::format("{} '{:02}", kSeasons[static_cast<std::size_t>(since % 3)], 11 + since / 3);
}

Result<Response> list_resources(const Call& call, const RestParts& parts) {
  text::JsonWriter json;
  json.begin_object();
  for (const char* resource :
       {"sobjects", "query", "queryAll", "search", "limits", "composite", "actions"})
    json.member(resource, call.base() + "/" + resource);
  json.member("jobs", call.base() + "/jobs");
  json.member(
      "identity",
      fmt::format(
          "{}/id/{}/{}", parts.options.public_url,
          to_record_id(kOrganizationPrefix, crypto::derived_id("org:" + parts.options.public_url)),
          to_record_id(kUserPrefix, records::user_of(call.request.principal.name).value)));
  return json_answer(200, json.end_object().str());
}

Result<Response> show_limits(const Call&, const RestParts& parts) {
  text::JsonWriter json;
  const auto limit = [&json](const char* name, std::int64_t most, std::int64_t used) {
    json.key(name).begin_object().member("Max", most);
    json.member("Remaining", std::max<std::int64_t>(0, most - used)).end_object();
  };
  json.begin_object();
  limit("DailyApiRequests", parts.usage.most(), parts.usage.used());
  limit("DailyBulkV2QueryJobs", 10'000, 0);
  return json_answer(200, json.end_object().str());
}

}  // namespace

std::string versions_json() {
  text::JsonWriter json;
  json.begin_array();
  for (int version = kOldest; version <= kNewest; ++version)
    json.begin_object()
        .member("label", label_of(version))
        .member("url", fmt::format("/services/data/v{}.0", version))
        .member("version", fmt::format("{}.0", version))
        .end_object();
  return json.end_array().str();
}

void add_catalog_routes(RouteTable& table, RestParts& parts) {
  using enum http::Role;
  table.add("GET", "", readonly,
            [&parts](const Call& call) { return list_resources(call, parts); });
  table.add("GET", "/limits", readonly,
            [&parts](const Call& call) { return show_limits(call, parts); });
  table.add("GET", "/search", readonly, [](const Call&) -> Result<Response> {
    return fail(ErrorCode::not_found, "NOT_FOUND",
                "search (SOSL) is not there: use query with LIKE");
  });
}

}  // namespace stockbell::crm::rest
