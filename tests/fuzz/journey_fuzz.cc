// A journey as a merchandiser writes it: reading, then the rules of publishing.
#include "engagement/journey_definitions/definition_reader.h"
#include "engagement/journey_definitions/definition_rules.h"
#include "fuzz/fuzz.h"

using namespace stockbell::engagement;

FUZZ_TARGET(journey) {
  const auto journey = parse_journey(input);
  if (!journey) {
    REQUIRE(!journey.error().message.empty());
    return;
  }
  REQUIRE(journey->start.at < journey->steps.size());
  REQUIRE(journey->steps.size() <= kMaxSteps);
  for (const auto& step : journey->steps)
    REQUIRE(step.next.id.empty() || step.next.at < journey->steps.size());
  for (const auto& finding : find_problems(*journey)) REQUIRE(!finding.path.empty());
}
