// The Salesforce core REST surface of the CRM (reference 3, 8 R1-R3, R5, R9, R10): everything below
// /services/data except the bulk jobs. Made by CrmBox; thread-safe. Steps 3, 6, 14 and 15 where the
// other boxes, or Salesforce's own clients, call over HTTP.
#pragma once
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {

class RestApi {
 public:
  RestApi(const Clock& clock, records::RecordService& records, requests::RequestService& requests,
          soql::QueryService& queries, RestOptions options);

  // Also makes every refusal below /services/data an array of errors. `this` outlives the router.
  void add_routes(http::Router& router);
  // For the routes of other modules below /services/data: see RouteTable.
  http::Handler metered(std::string name, http::Handler handler) const {
    return table_.metered(std::move(name), std::move(handler));
  }

 private:
  RestParts parts_;
  RouteTable table_;
};

}  // namespace stockbell::crm::rest
