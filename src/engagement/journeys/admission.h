// What one transaction of JourneyService::admit() gathers, over all its SKUs: written table by
// table, neighbours together. Private to the service.
#pragma once
#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

struct JourneyService::Admission {
  Time now{};
  JourneyBatch batch;
  Admitted result = {};
  std::vector<EnteredCount> counts = {};
  std::vector<StatusUpdate> updates = {};  // beside those of the batch
};

}  // namespace stockbell::engagement
