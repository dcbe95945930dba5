// Reads a journey's JSON (docs/journey.schema.json) strictly: an unknown member or a wrong type is
// an error that names its path and what would be right. Whether the steps make sense together is
// definition_rules.h's. Pure.
#pragma once
#include "base/result.h"
#include "engagement/journey_definitions/types.h"

namespace stockbell::engagement {

inline constexpr std::size_t kMaxJourneyBytes = 256 * 1024;
inline constexpr std::size_t kMaxSteps = 100;

// Every next is resolved; one that leads nowhere is an error already. Errors: invalid
// ("journey-invalid", `field` is the path) and json-invalid.
Result<JourneyDefinition> parse_journey(std::string_view json);

}  // namespace stockbell::engagement
