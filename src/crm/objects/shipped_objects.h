// The objects every Stockbell has: Account, Contact, User, Organization and Back_In_Stock__c
// (reference 8 R2; the b2c fields are those of reference 4.3). Used by Schema alone.
#pragma once
#include <vector>

#include "crm/objects/schema.h"

namespace stockbell::crm::objects {

std::vector<Object> shipped_objects();

}  // namespace stockbell::crm::objects
