// Perform with the action start: of an import definition, a query definition, an automation. Each
// definition stands for itself.
#pragma once
#include "engagement/automations/automation_service.h"
#include "engagement/soap/call.h"

namespace stockbell::engagement::soap {

struct Activities {
  QueryService& queries;
  ImportDefinitionService& imports;
  AutomationService& automations;
  Random& random;
};

// The content of a PerformResponseMsg.
Result<std::string> perform(const Activities& activities, const Element& message);

}  // namespace stockbell::engagement::soap
