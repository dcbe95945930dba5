// What the handlers of the REST surface share: a call with its version, the services below, and the
// table they are put into. Used inside crm/rest only.
#pragma once
#include <functional>
#include <string>

#include "crm/records/record_service.h"
#include "crm/requests/request_service.h"
#include "crm/rest/api_errors.h"
#include "crm/rest/api_usage.h"
#include "crm/rest/json_body.h"
#include "crm/soql/query_service.h"
#include "platform/http/http.h"

namespace stockbell::crm::rest {

using Transaction = records::RecordService::Transaction;

struct Call {
  const http::Request& request;
  std::string version;                 // "59.0", the caller's
  Transaction* transaction = nullptr;  // of the composite call this one is a part of

  std::string base() const { return "/services/data/v" + version; }
  const std::string& parameter(std::string_view name) const { return request.parameter(name); }
  soql::QueryOptions query_options() const;     // version, user and Sforce-Query-Options
  records::WriteOptions write_options() const;  // user and Sforce-Duplicate-Rule-Header
};

using CallHandler = std::function<Result<http::Response>(const Call&)>;

enum class Kind { plain, query, collection, composite };  // composite: not inside another

struct RestRoute {
  std::string method, pattern;  // below /services/data/{version}: "/sobjects/{object}"
  http::Role least = http::Role::admin;
  CallHandler handler;
  Kind kind = Kind::plain;
  std::size_t body_limit = kRowBytes;
};

struct RestOptions {
  std::string public_url = "http://127.0.0.1:8080";
  std::int64_t api_requests_per_day = 1'000'000;
  std::size_t composite_answer_bytes = 64 << 20;  // of all parts of one call
};

class RouteTable;

// Everything the handlers work with; outlives the server.
struct RestParts {
  const Clock& clock;
  records::RecordService& records;
  requests::RequestService& requests;
  soql::QueryService& queries;
  const RestOptions options;
  ApiUsage usage;
  const objects::Schema& schema() const { return records.schema(); }
};

void add_row_routes(RouteTable& table, RestParts& parts);
void add_describe_routes(RouteTable& table, RestParts& parts);
void add_query_routes(RouteTable& table, RestParts& parts);
void add_change_routes(RouteTable& table, RestParts& parts);
void add_collection_routes(RouteTable& table, RestParts& parts);
void add_flow_routes(RouteTable& table, RestParts& parts);
void add_composite_routes(RouteTable& table, RestParts& parts);
void add_tree_routes(RouteTable& table, RestParts& parts);
void add_catalog_routes(RouteTable& table, RestParts& parts);

std::string versions_json();  // the list of /services/data

// "/services/data/v59.0/sobjects/Contact/003..."
std::string record_url(const Call& call, const objects::Object& object, std::int64_t id);

}  // namespace stockbell::crm::rest
