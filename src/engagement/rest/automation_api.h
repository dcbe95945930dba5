// Automations, event definitions and journey events in Marketing Cloud's REST API (reference 6.5,
// 6.6): /automation/v1/automations, /interaction/v1/. readonly reads, admin writes and starts.
#pragma once
#include "engagement/automations/automation_service.h"
#include "engagement/events/event_service.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// Both must outlive the router.
void add_automation_api(http::Router& router, AutomationService& automations);
void add_event_api(http::Router& router, EventService& events);

}  // namespace stockbell::engagement
