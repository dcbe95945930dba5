// Works out how a rule's match keys are stored: see MatchRule::lanes. Pure; used by the parser.
#pragma once
#include "crm/matching/match_rule.h"

namespace stockbell::crm::matching {

void plan_keys(MatchRule& rule);  // fills lanes and stored_keys

}  // namespace stockbell::crm::matching
