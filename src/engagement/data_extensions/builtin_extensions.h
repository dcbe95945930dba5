// The data extensions that nobody made: the synchronised ones (Contact_Salesforce,
// Back_In_Stock__c_Salesforce), the catalog (Catalog_Feed), and the data views (_Sent, _Open, ...;
// reference 6.9), as windows on Engagement's own tables. Read-only. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

// All of them, for one of the two dialects; made once.
const std::vector<DataExtension>& builtin_extensions(bool postgresql);
// By key, without regard to case; null when there is none.
const DataExtension* find_builtin(bool postgresql, std::string_view key);
// The 18-character text of a record id, as an expression over its number; the same as
// to_record_id().
std::string record_id_sql(std::string_view prefix, std::string_view number);

}  // namespace stockbell::engagement
