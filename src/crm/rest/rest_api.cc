#include "crm/rest/rest_api.h"

namespace stockbell::crm::rest {

RestApi::RestApi(const Clock& clock, records::RecordService& records,
                 requests::RequestService& requests, soql::QueryService& queries,
                 RestOptions options)
    : parts_{clock,   records, requests,
             queries, options, ApiUsage(clock, options.api_requests_per_day)},
      table_(parts_.usage) {
  add_catalog_routes(table_, parts_);
  add_describe_routes(table_, parts_);
  add_row_routes(table_, parts_);
  add_query_routes(table_, parts_);
  add_change_routes(table_, parts_);
  add_collection_routes(table_, parts_);
  add_tree_routes(table_, parts_);
  add_composite_routes(table_, parts_);
  add_flow_routes(table_, parts_);
}

void RestApi::add_routes(http::Router& router) {
  router.refuse_with("/services/data", [this](const Error& error, int status,
                                              const std::vector<std::string>& allowed) {
    auto response = refusal(error, status, allowed);
    response.set("Sforce-Limit-Info", parts_.usage.header());
    return response;
  });
  http::Route versions;
  versions.method = "GET";
  versions.pattern = "/services/data";
  versions.least = http::Role::anonymous;
  versions.handler = [](const http::Request&) -> Result<http::Response> {
    return json_answer(200, versions_json());
  };
  router.add(std::move(versions));
  table_.mount(router);
}

}  // namespace stockbell::crm::rest
