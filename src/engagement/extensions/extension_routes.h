// GET /api/v1/data-extensions/{name}/rows: what Connect has synchronised (step 7), for people who ask why. Names as Marketing
// Cloud Connect gives them: Contact_Salesforce, Back_In_Stock__c_Salesforce. Read-only.
#pragma once
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_extension_routes(http::Router& router, db::Database& database);

}  // namespace stockbell::engagement
