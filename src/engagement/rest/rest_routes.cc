#include "engagement/rest/rest_routes.h"

#include "engagement/rest/automation_api.h"
#include "engagement/rest/data_extension_rows.h"
#include "engagement/rest/extension_api.h"
#include "engagement/rest/query_api.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBodyLimit = 4 * 1024 * 1024;
constexpr int kMostRowsOfPage = 2500;
constexpr std::string_view kUpdates = "Back_In_Stock__c_Updates";

bool is_port(const RestPorts& ports, std::string_view key) {
  if (key == "Contact_Salesforce" || key == "Back_In_Stock__c_Salesforce")
    return ports.takes_synchronised_rows;
  return key == "Catalog_Stock" || key == "Back_In_Stock__c_Updates_Read";
}

Result<> upsert(const RestPorts& ports, const std::string& key,
                const std::vector<ExtensionRow>& rows) {
  if (key == "Contact_Salesforce") {
    SB_TRY(contacts, read_contacts(rows));
    ChangeBatch batch;
    batch.contacts = std::move(contacts);
    return ports.extensions.apply(batch);
  }
  if (key == "Back_In_Stock__c_Salesforce") {
    SB_TRY(requests, read_requests(rows));
    ChangeBatch batch;
    batch.requests = std::move(requests);
    return ports.extensions.apply(batch);
  }
  if (key == "Catalog_Stock") {
    SB_TRY(observations, read_stock(rows, ports.clock.now()));
    return ports.stock.observe(observations);
  }
  SB_TRY(sequence, read_position(rows));
  return ports.updates.discard_through(sequence);
}

Result<http::Response> upsert_rows(const RestPorts& ports, const http::Request& request) {
  const auto& name = request.parameter("key");
  if (!name.starts_with("key:"))
    return fail(ErrorCode::not_found, "data-extension-unknown",
                "a data extension is named by its customer key: key:KEY");
  const auto key = name.substr(4);
  if (!is_port(ports, key)) return upsert_own_rows(ports.data_extensions, key, request);
  SB_TRY(rows, parse_rows(request.body));
  SB_CHECK(upsert(ports, key, rows));
  return http::Response::json(200, request.body);  // the rows, as they were saved
}

Result<int> page_size(const http::Request& request) {
  const auto text = request.query_value("$pageSize").value_or("50");
  const auto size = parse_digits(text);
  if (!size || *size < 1 || *size > kMostRowsOfPage)
    return fail(ErrorCode::invalid, "page-size-invalid", "$pageSize is a number from 1 to 2500",
                "$pageSize");
  return static_cast<int>(*size);
}

void write_update(text::JsonWriter& json, const StatusUpdate& update) {
  json.begin_object()
      .key("keys")
      .begin_object()
      .member("sequence", std::to_string(update.sequence))
      .end_object()
      .key("values")
      .begin_object()
      .member("id", to_record_id(kRequestPrefix, update.request.value))
      .member("status__c", to_text(update.status))
      .member("status_date__c", to_rfc3339(update.at))
      .member("status_reason__c", update.reason);
  if (!update.sku.empty()) json.member("product_sku__c", update.sku);
  if (update.asked_again) json.member("last_asked_date__c", to_rfc3339(update.at));
  if (update.decided_on) json.member("decided_on_asking__c", to_rfc3339(*update.decided_on));
  json.end_object().end_object();
}

Result<http::Response> list_updates(const RestPorts& ports, const http::Request& request) {
  if (request.parameter("key") != kUpdates) return list_own_rows(ports.data_extensions, request);
  if (request.principal.role != http::Role::admin)
    return fail(ErrorCode::forbidden, "role-too-low", "status updates are for the role admin");
  if (request.query_value("$page").value_or("1") != "1")
    return fail(ErrorCode::invalid, "page-invalid",
                "go on with $filter=Sequence gt NUMBER, not with $page", "$page");
  SB_TRY(size, page_size(request));
  std::int64_t after = 0;
  if (const auto filter = request.query_value("$filter")) {
    SB_TRY(sequence, parse_sequence_filter(*filter));
    after = sequence;
  }
  SB_TRY(updates, ports.updates.updates_after(after, size));
  text::JsonWriter json;
  json.begin_object().key("links").begin_object();
  json.member("self", "/v1/customobjectdata/key/Back_In_Stock__c_Updates/rowset").end_object();
  json.member("customObjectKey", kUpdates).member("pageSize", size).member("page", 1);
  json.member("count", updates.size()).member("top", size).key("items").begin_array();
  for (const auto& update : updates) write_update(json, update);
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

int error_number(int status) {
  switch (status) {
    case 400:
    case 422:
      return 10006;
    case 404:
      return 10004;
    case 409:
      return 10005;
    case 429:
      return 50200;
    default:
      return 0;
  }
}

}  // namespace

http::Response marketing_cloud_refusal(const Error& error, int status) {
  if (status == 422) status = 400;
  text::JsonWriter json;
  json.begin_object();
  if (status == 401)
    json.member("message", "Not Authorized");
  else if (status == 403)
    json.member("message", "Insufficient privileges to complete this action.");
  else
    json.member("message", error.message);
  json.member("errorcode", error_number(status)).member("documentation", "").end_object();
  return http::Response::json(status, std::move(json).str());
}

void add_rest_routes(http::Router& router, const RestPorts& ports) {
  for (const char* prefix : {"/hub", "/data", "/automation", "/interaction"})
    router.refuse_with(prefix, [](const Error& error, int status, const auto&) {
      return marketing_cloud_refusal(error, status);
    });
  http::Route upsert;
  upsert.method = "POST";
  upsert.pattern = "/hub/v1/dataevents/{key}/rowset";
  upsert.body_limit = kBodyLimit;
  upsert.handler = [ports](const http::Request& request) { return upsert_rows(ports, request); };
  router.add(std::move(upsert));
  http::Route list;
  list.method = "GET";
  list.pattern = "/data/v1/customobjectdata/key/{key}/rowset";
  list.least = http::Role::readonly;
  list.handler = [ports](const http::Request& request) { return list_updates(ports, request); };
  router.add(std::move(list));
  add_extension_api(router, ports.data_extensions);
  add_query_api(router, ports.queries);
  add_automation_api(router, ports.automations);
  add_event_api(router, ports.events);
}

}  // namespace stockbell::engagement
