// What the SOAP API retrieves of activities: ImportDefinition, ImportResultsSummary,
// QueryDefinition, Automation and Program (its other name). Pure.
#pragma once
#include "engagement/soap/objects.h"

namespace stockbell::engagement::soap {

std::vector<RetrievableObject> activity_objects(bool postgresql);

}  // namespace stockbell::engagement::soap
