// What a journey must keep to before it is published. Pure.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engagement/journey_definitions/types.h"

namespace stockbell::engagement {

struct Finding {
  std::string path;     // "steps.reminder"
  std::string problem;  // what is wrong and what would be right
};

// Unreachable steps; a loop without a wait; an e-mail without a recheck of the stock since the last
// wait; a split that looks back at an e-mail that is not before it, or with no wait between;
// nothing that tells the CRM after an e-mail; a template that is not there. Empty: it may be
// published.
std::vector<Finding> find_problems(
    const JourneyDefinition& journey,
    const std::function<bool(std::string_view)>& template_exists = {});

}  // namespace stockbell::engagement
