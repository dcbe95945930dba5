// The Marketing Cloud REST surface that Connect and commerce use when Engagement runs apart from
// them (docs/apart.md): upserts of synchronised rows and of live stock, status
// updates and how far they were read; all other keys are data extensions' (extension_api). Errors
// in Marketing Cloud's form. Needs the role admin. Steps 7 and 14.
#pragma once
#include "contracts/change_feed.h"
#include "contracts/status_update.h"
#include "contracts/stock_events.h"
#include "engagement/automations/automation_service.h"
#include "engagement/data_extensions/data_extensions.h"
#include "engagement/queries/query_service.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

struct RestPorts {
  SynchronizedExtensions& extensions;
  StockEvents& stock;
  StatusUpdateSource& updates;
  const Clock& clock;
  DataExtensions& data_extensions;
  QueryService& queries;
  AutomationService& automations;
  EventService& events;
  bool takes_synchronised_rows = true;  // Connect runs elsewhere; else they are read-only to all
};

// The ports must outlive the router.
void add_rest_routes(http::Router& router, const RestPorts& ports);

// {"message","errorcode","documentation"}; also for tokens and whatever else is Marketing Cloud's.
http::Response marketing_cloud_refusal(const Error& error, int status);

}  // namespace stockbell::engagement
